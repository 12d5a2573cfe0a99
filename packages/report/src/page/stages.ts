import { formatSeconds } from '@istio-ci/kit';
import { runSeconds, waits } from '../figures.ts';
import type { Run, Stage } from '../schema.ts';
import { formatFact } from './format.ts';
import { type Content, html } from './html.ts';
import { result } from './icon.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type TimelineRow, timeline } from './timeline.ts';

/** When each stage ran, as a picture and as a table. */
export function stagesSection(run: Run): Section {
  const waited = waits(run.stages);
  const rows = run.stages.map((stage, index) => rowOf(stage, waited[index] ?? 0, bootPart(run, stage)));
  const anyWait = waited.some((seconds) => seconds > 0);
  const columns = [
    { name: 'Stage', kind: 'name' as const },
    { name: 'Result' },
    { name: 'Started at', kind: 'number' as const },
    ...(anyWait ? [{ name: 'Waited before', kind: 'number' as const }] : []),
    { name: 'Took', kind: 'number' as const },
    { name: 'Facts' },
  ];
  const cells = run.stages.map((stage, index): Content[] => [
    stage.name,
    result(stage.result),
    stage.startSeconds !== undefined && formatSeconds(stage.startSeconds),
    ...(anyWait ? [waited[index] ? formatSeconds(waited[index]) : ''] : []),
    stage.result !== 'not run' && formatSeconds(stage.seconds),
    factsOf(stage),
  ]);
  const legend = [
    anyWait && 'A dotted line is waiting.',
    rows.some(({ part }) => part) && 'The inner line is the boot of the cluster, shown below.',
  ].filter((text) => text !== false);
  const body = html`${timeline({
    id: 'stages',
    title: 'Stages of the run',
    description: `${formatSeconds(runSeconds(run))} in all. ${run.stages.map((stage, index) => inWords(stage, waited[index] ?? 0)).join(' ')}`,
    seconds: runSeconds(run),
    rows,
  })}
${legend.length > 0 && html`<p class="quiet">${legend.join(' ')}</p>`}
${table('Stages in the order of the chain', columns, cells)}`;
  return { id: 'timeline', title: 'Timeline', body };
}

function rowOf(stage: Stage, waited: number, part: TimelineRow['part']): TimelineRow {
  const { name, result, startSeconds: start, seconds } = stage;
  const state = result === 'not run' ? 'not-run' : result;
  if (start === undefined) return { label: name, note: result, state };
  const note = result === 'passed' ? formatSeconds(seconds) : `${result}, ${formatSeconds(seconds)}`;
  const bar: TimelineRow = {
    label: name,
    note,
    state,
    start,
    end: start + seconds,
    waitedFrom: start - waited,
  };
  return part ? { ...bar, part } : bar;
}

/** The boot of the cluster, in the stage during which its container started. */
function bootPart({ boot }: Run, { startSeconds, seconds }: Stage): TimelineRow['part'] {
  if (boot === undefined || startSeconds === undefined) return undefined;
  const end = startSeconds + seconds;
  if (boot.startSeconds < startSeconds || boot.startSeconds >= end) return undefined;
  const last = Math.max(0, ...boot.phases.map(({ finishedMs }) => finishedMs ?? 0)) / 1000;
  return { start: boot.startSeconds, end: Math.min(boot.startSeconds + last, end) };
}

function inWords({ name, result, startSeconds, seconds }: Stage, waited: number): string {
  if (startSeconds === undefined) return `${name}: ${result}.`;
  const wait = waited > 0 ? ` after waiting ${formatSeconds(waited)}` : '';
  return `${name}: ${result}, started at ${formatSeconds(startSeconds)}${wait}, took ${formatSeconds(seconds)}.`;
}

function factsOf({ facts }: Stage): Content {
  const entries = Object.entries(facts).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item) => formatFact(name, item)),
  );
  if (entries.length === 0) return '';
  return html`<ul class="plain">${entries.map(([name, value]) => html`<li><span class="quiet">${name}</span> ${value}</li>`)}</ul>`;
}

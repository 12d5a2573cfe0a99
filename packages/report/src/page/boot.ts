import { formatSeconds } from '@istio-ci/kit';
import { bootMs } from '../figures.ts';
import type { Boot, BootPhase, Run } from '../schema.ts';
import { formatMilliseconds } from './format.ts';
import { html } from './html.ts';
import { result } from './icon.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type TimelineRow, timeline } from './timeline.ts';

/** How the cluster came up, on a scale of its own: seconds in a run of minutes. */
export function bootSection({ boot }: Run): Section | undefined {
  if (boot === undefined || boot.phases.length === 0) return undefined;
  const last = Math.max(
    ...boot.phases.flatMap(({ startedMs = 0, finishedMs = 0 }) => [startedMs, finishedMs]),
  );
  const body = html`<p>${summaryOf(boot)}</p>
${timeline({
  id: 'phases',
  title: 'Phases of the boot',
  description: boot.phases.map(inWords).join(' '),
  seconds: last / 1000,
  rows: boot.phases.map((phase) => rowOf(phase, last)),
})}
<p class="quiet">A dotted line is a phase waiting for its start.</p>
${table(
  "Phases; times count from the start of the cluster's container",
  [
    { name: 'Phase' },
    { name: 'State' },
    { name: 'Started at', kind: 'number' },
    { name: 'Finished at', kind: 'number' },
    { name: 'Took', kind: 'number' },
  ],
  boot.phases.map((phase) => [
    phase.name,
    result(marks[phase.state], phase.state),
    time(phase.startedMs),
    time(phase.finishedMs),
    time(tookMs(phase)),
  ]),
)}`;
  return { id: 'boot', title: 'Cluster boot', body };
}

const marks = { done: 'passed', failed: 'failed', running: 'interrupted', waiting: 'not run' } as const;
const states = { done: 'passed', failed: 'failed', running: 'open', waiting: 'not-run' } as const;

function summaryOf(boot: Boot): string {
  const start =
    boot.startSeconds < 0
      ? `The cluster stood by: its container had started ${formatSeconds(-boot.startSeconds)} before the run`
      : `The cluster's container started ${formatSeconds(boot.startSeconds)} into the run`;
  const ready = bootMs(boot);
  return ready === undefined
    ? `${start}; its boot did not come to an end.`
    : `${start}; ready ${formatMilliseconds(ready)} later.`;
}

function rowOf(phase: BootPhase, lastMs: number): TimelineRow {
  const { name: label, state, startedMs, finishedMs } = phase;
  const took = tookMs(phase);
  const note = state === 'done' && took !== undefined ? formatMilliseconds(took) : state;
  if (startedMs === undefined) return { label, note, state: states[state] };
  return {
    label,
    note,
    state: states[state],
    start: startedMs / 1000,
    end: (finishedMs ?? lastMs) / 1000,
    waitedFrom: 0,
  };
}

function inWords({ name, state, startedMs, finishedMs }: BootPhase): string {
  if (startedMs === undefined) return `${name}: ${state}.`;
  const end = finishedMs === undefined ? 'not finished' : `finished at ${formatMilliseconds(finishedMs)}`;
  return `${name}: ${state}, started at ${formatMilliseconds(startedMs)}, ${end}.`;
}

function tookMs({ startedMs, finishedMs }: BootPhase): number | undefined {
  return startedMs === undefined || finishedMs === undefined ? undefined : finishedMs - startedMs;
}

function time(ms: number | undefined): string {
  return ms === undefined ? '' : formatMilliseconds(ms);
}

import { formatSeconds } from '@istio-ci/kit';
import type { Run } from '@istio-ci/report';

/** The column in which a stage's facts begin. */
const factColumn = 38;

/**
 * The table at the end of a run: stage, result, time, facts. No line is longer than `width`, if given. Pure.
 */
export function summary(run: Run, width = Number.POSITIVE_INFINITY): string {
  const lines = run.stages.flatMap(({ name, result, seconds, facts }) => {
    const head = `  ${name.padEnd(11)} ${result.padEnd(11)} ${result === 'not run' ? '' : formatSeconds(seconds)}`;
    const [first, ...rest] = Object.entries(facts)
      .flatMap(([fact, value]) => cells(fact, value))
      .flatMap((fact) => fold(fact, Math.max(width - factColumn, 20)));
    const others = rest.map((fact) => `${' '.repeat(factColumn)}${fact}`);
    return [first === undefined ? head.trimEnd() : `${head.padEnd(factColumn)}${first}`, ...others];
  });
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  const total = `  ${'total'.padEnd(11)} ${run.result.padEnd(11)} ${formatSeconds(seconds)}`;
  const dry = run.dryRun ? 'a dry run: nothing was pushed' : '';
  return [...lines, `${total.padEnd(factColumn)}${dry}`.trimEnd()].join('\n');
}

/** A fact as lines of the table: a list has one line per item. */
function cells(name: string, value: string | number | boolean | readonly string[]): string[] {
  return typeof value === 'object' ? value.map((item) => `${name} ${item}`) : [`${name} ${value}`];
}

/** The text in lines of at most `width` characters, broken after a space or a slash if possible. */
function fold(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const cut = Math.max(text.lastIndexOf(' ', width - 1), text.lastIndexOf('/', width - 1)) + 1;
  const end = cut > 8 ? cut : width;
  return [text.slice(0, end).trimEnd(), ...fold(`  ${text.slice(end)}`, width)];
}

import type { Boot, Run, Stage, TestCase, TestSuite } from './schema.ts';

/** How long the run took, in seconds. */
export function runSeconds({ startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** The stage that ended the run early. */
export function endingStage({ stages }: Pick<Run, 'stages'>): Stage | undefined {
  return stages.find(({ result }) => result === 'failed' || result === 'interrupted');
}

export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  readonly seconds: number;
}

/** The sums over test cases. */
export function countTests(cases: readonly TestCase[]): TestCounts {
  const count = (wanted: TestCase['status']) => cases.filter(({ status }) => status === wanted).length;
  return {
    total: cases.length,
    passed: count('passed'),
    failed: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    seconds: cases.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** A test case and the name of its suite. */
export interface SuiteCase extends TestCase {
  readonly suite: string;
}

/** The failed test cases, including those that could not run. */
export function failedCases(suites: readonly TestSuite[]): SuiteCase[] {
  return suites
    .flatMap(({ name, cases }) => cases.map((testCase) => ({ ...testCase, suite: name })))
    .filter(({ status }) => status === 'failed' || status === 'error');
}

/** A shorter gap between two stages, in seconds, does not count as waiting. */
const noWait = 0.05;

/** For each stage, the seconds between the end of what ran before it and its own start. */
export function waits(stages: readonly Stage[]): number[] {
  let end = 0;
  return stages.map(({ startSeconds, seconds }) => {
    if (startSeconds === undefined) return 0;
    const waited = startSeconds - end;
    end = startSeconds + seconds;
    return waited >= noWait ? waited : 0;
  });
}

/**
 * From the container's start to the end of the last phase, in milliseconds; undefined while one has not
 * ended.
 */
export function bootMs({ phases }: Boot): number | undefined {
  if (phases.length === 0 || phases.some(({ finishedMs }) => finishedMs === undefined)) return undefined;
  return Math.max(...phases.map(({ finishedMs }) => finishedMs ?? 0));
}

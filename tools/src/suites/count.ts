import { needsMinikube as needsMinikubeMark } from '@istio-ci/vitest-config/names';

/** The result of a suite. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /**
   * The tests that did not run because minikube was not given (no registry has it). They are not counted as
   * skipped.
   */
  readonly needsMinikube?: readonly string[];
}

export const noTests: Count = { passed: 0, failed: 0, skipped: 0 };

/** The sum of counts. */
export function sum(counts: readonly Count[]): Count {
  return counts.reduce(
    (total, { passed, failed, skipped, needsMinikube = [] }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      ...listed([...(total.needsMinikube ?? []), ...needsMinikube]),
    }),
    noTests,
  );
}

function listed(needsMinikube: readonly string[]): Pick<Count, 'needsMinikube'> {
  return needsMinikube.length === 0 ? {} : { needsMinikube };
}

/** The lines that name the tests without minikube; none if there are none. */
export function needsMinikubeLines({ needsMinikube = [] }: Count): string[] {
  if (needsMinikube.length === 0) return [];
  return [
    `not run, needs minikube (MINIKUBE_BINARY and CRICTL_BINARY): ${needsMinikube.length}`,
    ...needsMinikube.map((name) => `  - ${name}`),
  ];
}

/** The last line of the output, which CI reads. */
export function closingLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const notRun = ['skipped', 'pending'];

/**
 * The count in vitest's JSON report. A file that could not be loaded has no tests and counts as one failure.
 * So does a report without success and without a failed test.
 */
export function countVitest(json: string): Count {
  const report = JSON.parse(json) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    success: boolean;
    testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  const needsMinikube = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, fullName }) => notRun.includes(status) && fullName.includes(needsMinikubeMark))
    .map(({ fullName }) => fullName);
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests - needsMinikube.length,
    ...listed(needsMinikube),
  };
}

/** The count in the output of `go test -json`. A package that does not build counts as one failure. */
export function countGo(output: string): Count {
  const events = output.split('\n').flatMap((line) => parseEvent(line));
  const count = (action: string) =>
    events.filter((event) => event.Test !== undefined && event.Action === action).length;
  const packages = events.filter((event) => event.Test === undefined && event.Action === 'fail');
  const withFailedTest = new Set(
    events.flatMap((event) => (event.Test && event.Action === 'fail' ? [event.Package] : [])),
  );
  const broken = packages.filter((event) => !withFailedTest.has(event.Package));
  return { passed: count('pass'), failed: count('fail') + broken.length, skipped: count('skip') };
}

function parseEvent(line: string): { Action: string; Test?: string; Package?: string }[] {
  try {
    const event: unknown = JSON.parse(line);
    return event !== null && typeof event === 'object' && 'Action' in event
      ? [event as { Action: string }]
      : [];
  } catch {
    // The output of the compiler is not JSON.
    return [];
  }
}

/** What a suite came to. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: Count = { passed: 0, failed: 0, skipped: 0 };

/** The sum of counts. */
export function sum(counts: readonly Count[]): Count {
  return counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    noTests,
  );
}

/** The closing line, alone on its line, that CI reads. */
export function closingLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * The count in vitest's JSON report. A file that could not even be loaded has no tests and still failed; and a
 * report that says "no success" without any failed test counts as one failure, so that nothing red is lost.
 */
export function countVitest(json: string): Count {
  const report = JSON.parse(json) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    success: boolean;
    testResults: { status: string; assertionResults: unknown[] }[];
  };
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The count in the output of `go test -json`; a package that does not build counts as one failure. */
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
    // What the compiler prints is no event.
    return [];
  }
}

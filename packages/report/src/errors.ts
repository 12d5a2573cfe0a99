import { CiError } from '@istio-ci/kit';

export const reportErrors = {
  junit: (fault: string, cause?: unknown) =>
    new CiError({
      code: 'JUNIT_INVALID',
      kind: 'source',
      message: `A test report is not JUnit XML: ${fault}.`,
      remedy:
        'Look at the file that the tests wrote: a program that was killed while writing leaves half a file.',
      cause,
    }),

  run: (faults: readonly string[]) =>
    new CiError({
      code: 'RUN_INVALID',
      kind: 'usage',
      message: `The record of the run has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults.join('; ')}.`,
      remedy: 'docs/run.schema.json describes every key of run.json.',
    }),

  notWritable: (directory: string, cause: unknown) =>
    new CiError({
      code: 'REPORT_NOT_WRITABLE',
      kind: 'usage',
      message: `The report cannot be written to ${directory}.`,
      remedy: 'Make it a folder that this user may write to, on a disk that has room.',
      cause,
    }),
};

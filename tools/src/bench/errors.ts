import { CiError } from '@istio-ci/kit';

/** What can go wrong in a bench, besides the errors of what it measures. */
export const benchErrors = {
  poolTaken: () =>
    new CiError({
      code: 'POOL_TAKEN',
      kind: 'cluster',
      message: 'Another process took the cluster of the pool that was to be measured.',
      remedy: 'Measure again while nothing else uses the pool of this engine.',
    }),
  podNotRun: (exitCode: number, output: string) =>
    new CiError({
      code: 'BENCH_POD_FAILED',
      kind: 'cluster',
      message: `A pod of the image that every cluster has did not run: kubectl exited ${exitCode}.\n${output.trim()}`,
      remedy: 'The image may be older than this program: build it again (istio-ci images build).',
    }),
};

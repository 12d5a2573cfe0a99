import { CiError } from '@istio-ci/kit';

/** The errors of the commands in this package, besides those of what they run. */
export const toolsErrors = {
  suiteUnknown: (name: string, known: readonly string[]) =>
    new CiError({
      code: 'SUITE_UNKNOWN',
      kind: 'usage',
      message: `There is no suite ${name}.`,
      remedy: `Name one of ${known.join(', ')}.`,
    }),
  campaignUnknown: (name: string, known: readonly string[]) =>
    new CiError({
      code: 'CAMPAIGN_UNKNOWN',
      kind: 'usage',
      message: `There is no campaign ${name}.`,
      remedy: `Name one of ${known.join(', ')}.`,
    }),
  benchUnknown: (name: string, known: readonly string[]) =>
    new CiError({
      code: 'BENCH_UNKNOWN',
      kind: 'usage',
      message: `There is no bench '${name}'.`,
      remedy: `Name one of ${known.join(', ')}.`,
    }),
  benchTakesOne: (name: string) =>
    new CiError({
      code: 'BENCH_BOOTSTRAPPERS',
      kind: 'usage',
      message: `The bench ${name} measures one bootstrapper.`,
      remedy: 'Name one, or compare two with: istio-ci bench boot --bootstrapper minikube,native.',
    }),
  releaseExpected: (version: string) =>
    new CiError({
      code: 'RELEASE_EXPECTED',
      kind: 'usage',
      message: `'${version}' is not a release of Kubernetes.`,
      remedy: 'Name a full version such as 1.37.2; `go list -m -versions k8s.io/kubernetes` lists them all.',
    }),
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

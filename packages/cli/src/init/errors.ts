import { CiError } from '@istio-ci/kit';

export const initErrors = {
  exists: (file: string) =>
    new CiError({
      code: 'CONFIG_EXISTS',
      kind: 'usage',
      message: `${file} already exists, and init overwrites nothing.`,
      remedy: 'Compare it with the output of istio-ci init --print.',
    }),

  notWritable: (file: string, cause: unknown) =>
    new CiError({
      code: 'CONFIG_NOT_WRITABLE',
      kind: 'usage',
      message: `${file} cannot be written.`,
      remedy: 'Name a directory that this user may write to, or use the output of istio-ci init --print.',
      cause,
    }),

  /**
   * The same error as elsewhere with a remedy that fits `init`, which takes the directory as its argument.
   */
  noDistribution: (message: string) =>
    new CiError({
      code: 'DISTRIBUTION_MISSING',
      kind: 'usage',
      message,
      remedy:
        'Give the directory of an Istio distribution: istio-ci init DIRECTORY. For anything else, write an istio-ci.yaml by hand (docs/distribution.md).',
    }),

  noBuild: (root: string) =>
    new CiError({
      code: 'INIT_NO_BUILD',
      kind: 'source',
      message: `${root} has neither a Makefile nor a go.mod, so it is not known how to build it.`,
      remedy: 'Write an istio-ci.yaml with the commands under `stages` (docs/distribution.md).',
    }),

  noEnvoy: (root: string) =>
    new CiError({
      code: 'INIT_NO_ENVOY',
      kind: 'source',
      message: `${root} is not an Istio distribution: nothing in it pins an Envoy (istio.deps, WORKSPACE, pilot/docker/Dockerfile.proxy_debug).`,
      remedy: 'Pin one in istio.deps, or write an istio-ci.yaml with envoy.sha (docs/distribution.md).',
    }),
};

import { CiError } from '@istio-ci/kit';

export const initErrors = {
  exists: (file: string) =>
    new CiError({
      code: 'CONFIG_EXISTS',
      kind: 'usage',
      message: `${file} is there already, and init overwrites nothing.`,
      remedy: 'Compare it with what init would write: istio-ci init --print.',
    }),

  notWritable: (file: string, cause: unknown) =>
    new CiError({
      code: 'CONFIG_NOT_WRITABLE',
      kind: 'usage',
      message: `${file} cannot be written.`,
      remedy: 'Name a directory that this user may write to, or take the text of istio-ci init --print.',
      cause,
    }),

  /** Its own remedy for the same finding: `init` is given the directory itself. */
  noDistribution: (message: string) =>
    new CiError({
      code: 'DISTRIBUTION_MISSING',
      kind: 'usage',
      message,
      remedy:
        'Give the directory of an Istio distribution: istio-ci init DIRECTORY. For anything else write an istio-ci.yaml by hand (docs/distribution.md).',
    }),

  noBuild: (root: string) =>
    new CiError({
      code: 'INIT_NO_BUILD',
      kind: 'source',
      message: `Nothing in ${root} says how it is built: there is no Makefile and no go.mod.`,
      remedy: 'Name the commands under `stages` in an istio-ci.yaml of your own (docs/distribution.md).',
    }),

  noEnvoy: (root: string) =>
    new CiError({
      code: 'INIT_NO_ENVOY',
      kind: 'source',
      message: `${root} is no Istio distribution: nothing in it pins an Envoy (istio.deps, WORKSPACE, pilot/docker/Dockerfile.proxy_debug).`,
      remedy: 'Pin one in istio.deps, or write an istio-ci.yaml with envoy.sha (docs/distribution.md).',
    }),
};

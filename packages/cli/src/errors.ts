import { CiError } from '@istio-ci/kit';

export const cliErrors = {
  configExists: (file: string) =>
    new CiError({
      code: 'CONFIG_EXISTS',
      kind: 'usage',
      message: `${file} already exists, and init overwrites nothing.`,
      remedy: 'Compare it with the output of istio-ci init --print.',
    }),

  configNotWritable: (file: string, cause: unknown) =>
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
  initNoDistribution: (message: string) =>
    new CiError({
      code: 'DISTRIBUTION_MISSING',
      kind: 'usage',
      message,
      remedy:
        'Give the directory of an Istio distribution: istio-ci init DIRECTORY. For anything else, write an istio-ci.yaml by hand (docs/distribution.md).',
    }),

  initNoBuild: (root: string) =>
    new CiError({
      code: 'INIT_NO_BUILD',
      kind: 'source',
      message: `${root} has neither a Makefile nor a go.mod, so it is not known how to build it.`,
      remedy: 'Write an istio-ci.yaml with the commands under `stages` (docs/distribution.md).',
    }),

  initNoEnvoy: (root: string) =>
    new CiError({
      code: 'INIT_NO_ENVOY',
      kind: 'source',
      message: `${root} is not an Istio distribution: nothing in it pins an Envoy (istio.deps, WORKSPACE, pilot/docker/Dockerfile.proxy_debug).`,
      remedy: 'Pin one in istio.deps, or write an istio-ci.yaml with envoy.sha (docs/distribution.md).',
    }),

  sessionUnknown: (name: string, sessions: readonly string[]) =>
    new CiError({
      code: 'SESSION_UNKNOWN',
      kind: 'usage',
      message: `There is no session ${name}.`,
      remedy:
        sessions.length === 0
          ? 'There is no session at all: istio-ci up starts one.'
          : `Name one of ${sessions.join(', ')}.`,
    }),

  sessionNone: () =>
    new CiError({
      code: 'SESSION_NONE',
      kind: 'usage',
      message: 'There is no session.',
      remedy: 'istio-ci up starts one.',
    }),

  sessionUnclear: (sessions: readonly string[]) =>
    new CiError({
      code: 'SESSION_UNCLEAR',
      kind: 'usage',
      message: `There are ${sessions.length} sessions, and none was named.`,
      remedy: `Name one of ${sessions.join(', ')}.`,
    }),

  stageUnknown: (name: string, stages: readonly string[]) =>
    new CiError({
      code: 'STAGE_UNKNOWN',
      kind: 'usage',
      message: `There is no stage '${name}'.`,
      remedy: `Name one of ${stages.join(', ')}.`,
    }),

  imageUnknown: (name: string, images: readonly string[]) =>
    new CiError({
      code: 'IMAGE_UNKNOWN',
      kind: 'usage',
      message: `There is no image '${name}'.`,
      remedy: `Name some of ${images.join(', ')}.`,
    }),

  shellUnknown: (shell: string, shells: readonly string[]) =>
    new CiError({
      code: 'SHELL_UNKNOWN',
      kind: 'usage',
      message: `There is no completion for the shell '${shell}'.`,
      remedy: `Name one of ${shells.join(', ')}.`,
    }),

  archiveMissing: (name: string) => archiveError('ARCHIVE_MISSING', name, 'does not exist'),

  archiveUnreadable: (name: string, why: string, cause?: unknown) =>
    archiveError('ARCHIVE_UNREADABLE', name, why, cause),
};

function archiveError(code: string, name: string, what: string, cause?: unknown): CiError {
  return new CiError({
    code,
    kind: 'usage',
    message: `The image archive ${name} ${what}.`,
    remedy:
      'Give a file that docker save or an OCI tool wrote, - for one on stdin, or an image of this engine.',
    cause,
  });
}

import { CiError, formatBytes } from '@istio-ci/kit';

export const imageErrors = {
  engineRefused: (where: string, cause: unknown) =>
    new CiError({
      code: 'ENGINE_REFUSED',
      kind: 'cluster',
      message: `The Docker engine at ${where} refuses this user.`,
      remedy: 'Run with sudo, or add the user to the group docker and log in again.',
      cause,
    }),

  engineUnreachable: (where: string, cause: unknown) =>
    new CiError({
      code: 'ENGINE_UNREACHABLE',
      kind: 'cluster',
      message: `No Docker engine answers at ${where}.`,
      remedy: 'Start one (as root, ./istio-ci does it), or set DOCKER_HOST to a running engine.',
      cause,
    }),

  extraCaUnreadable: (path: string, cause: unknown) =>
    new CiError({
      code: 'EXTRA_CA_UNREADABLE',
      kind: 'usage',
      message: `The extra CA file ${path} cannot be read.`,
      remedy: 'Name a PEM file that exists and that you may read.',
      cause,
    }),

  noBaseImage: (pulled: string, refusal: unknown) =>
    new CiError({
      code: 'NO_BASE_IMAGE',
      kind: 'fetch',
      message: `${pulled} cannot be pulled, and mmdebstrap, which can make it, is not installed.`,
      remedy: 'Install mmdebstrap (on Debian and Ubuntu: apt-get install mmdebstrap), or reach a registry.',
      cause: refusal,
    }),

  bootstrapFailed: (logFile: string, cause: unknown) =>
    new CiError({
      code: 'BOOTSTRAP_FAILED',
      kind: 'fetch',
      message: "mmdebstrap could not make the base image from Debian's packages.",
      remedy: `See ${logFile}. It needs a reachable Debian mirror, and root or the package uidmap.`,
      cause,
    }),

  diskTooSmall: (path: string, needed: number, free: number) =>
    new CiError({
      code: 'DISK_TOO_SMALL',
      kind: 'cluster',
      message: `Building needs ${formatBytes(needed)} at ${path}; ${formatBytes(free)} are free.`,
      remedy: 'Free some space there (docker system prune removes what the engine no longer uses).',
    }),

  /** @param lastLines what the step said last */
  buildStepFailed: (
    image: string,
    step: string,
    lastLines: readonly string[],
    logFile: string,
    cause: unknown,
  ) =>
    new CiError({
      code: 'BUILD_STEP_FAILED',
      kind: 'cluster',
      message: [
        `Building the image ${image} failed at: ${step}`,
        ...lastLines.map((line) => `  | ${line}`),
      ].join('\n'),
      remedy: `The whole output is in ${logFile}.`,
      cause,
    }),

  /** @param lastLines what the compiler said last */
  compileFailed: (title: string, exitCode: number | null, lastLines: readonly string[], logFile: string) => {
    const message = `Compiling ${title} failed with exit code ${exitCode ?? 'unknown'}:`;
    return new CiError({
      code: 'COMPILE_FAILED',
      kind: 'cluster',
      message: [message, ...lastLines.map((line) => `  | ${line}`)].join('\n'),
      remedy: `The whole output is in ${logFile}. Go needs a reachable module proxy (GOPROXY).`,
    });
  },

  outputMissing: (title: string, files: readonly string[]) =>
    new CiError({
      code: 'COMPILE_OUTPUT_MISSING',
      kind: 'source',
      message: `Compiling ${title} made no ${files.join(', ')}.`,
      remedy: 'The image needs these programs: check that the Go module has a main package of each name.',
    }),

  programSource: (text: string, why: string) =>
    new CiError({
      code: 'MINIKUBE_SOURCE',
      kind: 'usage',
      message: `${text} cannot be used: ${why}.`,
      remedy: 'Give a file, or a URL with its hash: --minikube URL#sha256=HEX.',
    }),

  programUnavailable: (name: string, from: string, cause: unknown) =>
    new CiError({
      code: 'MINIKUBE_UNAVAILABLE',
      kind: 'fetch',
      message: `The bootstrapper minikube needs ${name}, but it cannot be read from ${from}.`,
      remedy:
        'Give both programs once: istio-ci images build --minikube SOURCE --crictl SOURCE, each a FILE or a URL#sha256=HEX. Or use the bootstrapper native.',
      cause,
    }),

  programChecksum: (name: string, from: string, expected: string, actual: string) =>
    new CiError({
      code: 'MINIKUBE_CHECKSUM',
      kind: 'integrity',
      message: `${name} from ${from} has the SHA-256 ${actual}, not ${expected}.`,
      remedy: 'Do not use it. Find out who changed it, or give the right hash.',
    }),

  programUnusable: (name: string, from: string, why: string, cause?: unknown) =>
    new CiError({
      code: 'MINIKUBE_PROGRAM',
      kind: 'integrity',
      message: `${from} contains no usable ${name}: ${why}.`,
      remedy: `Give ${name} for Linux on this machine's architecture, as a program or as a .tar.gz that contains it.`,
      cause,
    }),
};

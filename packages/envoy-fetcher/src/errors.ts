import { CiError, formatBytes, messageOf } from '@istio-ci/kit';

/** One URL that was tried, and the outcome. */
export interface Attempt {
  readonly url: string;
  readonly outcome: string;
}

/** What names a build in a message. */
interface Build {
  readonly name: string;
  readonly sha: string;
  readonly flavour: string;
}

const title = ({ name }: Build) => (name === 'envoy' ? 'Envoy' : name);
const list = (attempts: readonly Attempt[]) =>
  attempts.map(({ url, outcome }) => `${url}: ${outcome}`).join('; ');

export const envoyErrors = {
  pinMissing: (name: string, searched: readonly string[], hint: string | undefined) =>
    new CiError({
      code: 'ENVOY_PIN_MISSING',
      kind: 'usage',
      message: `No pin of ${name} was found; searched: ${searched.join('; ')}.`,
      remedy:
        hint ??
        'Say in istio-ci.yaml where it is (envoy.deps, envoy.dockerfile, envoy.workspace) or give envoy.sha.',
    }),

  pinInvalid: (where: string, what: string, why: string) =>
    new CiError({
      code: 'ENVOY_PIN_INVALID',
      kind: 'usage',
      message: `${where}: ${JSON.stringify(what)} is no pin: ${why}.`,
      remedy: 'A pin is the 40 lower-case hex digits of a commit, written out in one place.',
    }),

  pinConflict: (name: string, places: readonly { where: string; sha: string }[]) =>
    new CiError({
      code: 'ENVOY_PIN_CONFLICT',
      kind: 'usage',
      message: `Pins of ${name} disagree: ${places.map(({ where, sha }) => `${where} says ${sha}`).join(', ')}.`,
      remedy: 'Make them the same, or name the one that counts in istio-ci.yaml.',
    }),

  mirrorInvalid: (mirror: string) =>
    new CiError({
      code: 'ENVOY_MIRROR_INVALID',
      kind: 'usage',
      message: `The mirror ${mirror} is no http, https or file URL.`,
      remedy: 'Write it like https://host/path or file:///path.',
    }),

  caUnreadable: (file: string, cause: unknown) =>
    new CiError({
      code: 'ENVOY_CA_UNREADABLE',
      kind: 'usage',
      message: `The extra CA ${file} cannot be read.`,
      remedy: 'Name a PEM file that this user may read.',
      cause,
    }),

  notPublished: (
    build: Build,
    arch: string,
    attempts: readonly Attempt[],
    nearest: { readonly tag: string; readonly sha: string } | undefined,
  ) =>
    new CiError({
      code: 'ENVOY_NOT_PUBLISHED',
      kind: 'fetch',
      message: `${title(build)} ${build.sha} (${build.flavour}, ${arch}) is not published; tried ${list(attempts)}.`,
      remedy: `A security release is built in private and its SHA comes late or never (istio/istio#59466). ${nearest ? `Pin ${nearest.sha}, which tag ${nearest.tag} has and is published` : 'Pin a SHA that is published'}, or add a mirror that has it, or build it and name the file as a mirror: file:///path/to/envoy.`,
    }),

  forbidden: (build: Build, attempts: readonly Attempt[]) =>
    new CiError({
      code: 'ENVOY_FORBIDDEN',
      kind: 'fetch',
      message: `We may not fetch ${title(build)} ${build.sha}: ${list(attempts)}.`,
      remedy: 'Give the mirror its credentials (https://user:password@host/…), or use another mirror.',
    }),

  unreachable: (build: Build, attempts: readonly Attempt[], cause?: unknown) =>
    new CiError({
      code: 'ENVOY_UNREACHABLE',
      kind: 'fetch',
      message: `${title(build)} ${build.sha} could not be fetched: ${list(attempts) || messageOf(cause)}.`,
      remedy:
        'Run again, it goes on where it stopped; or check the network, HTTPS_PROXY and the extra CA, or add a mirror.',
      cause,
    }),

  store: (path: string, cause: unknown) =>
    new CiError({
      code: 'ENVOY_STORE',
      kind: 'fetch',
      message: `${path} cannot be written: ${messageOf(cause)}.`,
      remedy: 'Free some space, or let XDG_CACHE_HOME name a place that this user may write.',
      cause,
    }),

  checksum: (
    url: string,
    expected: { sha256: string; size?: number | undefined; from: string },
    actual: { sha256: string; size: number },
    kept: string,
  ) =>
    new CiError({
      code: 'ENVOY_CHECKSUM',
      kind: 'integrity',
      message: `${url} is not what was expected: sha256 ${expected.sha256}${expected.size === undefined ? '' : ` of ${expected.size} bytes`} (${expected.from}), got ${actual.sha256} of ${actual.size} bytes (${formatBytes(actual.size)}).`,
      remedy: `Nothing was installed. Find out which of the two is right before you change anything; what came is kept as ${kept}.`,
    }),

  checksumFile: (url: string, text: string) =>
    new CiError({
      code: 'ENVOY_CHECKSUM',
      kind: 'integrity',
      message: `${url} holds no SHA-256; it begins ${JSON.stringify(text.slice(0, 80))}.`,
      remedy: 'Mend the file on the mirror, or write the hash into envoy.lock.',
    }),

  archive: (where: string, reason: string, cause?: unknown) =>
    new CiError({
      code: 'ENVOY_ARCHIVE',
      kind: 'integrity',
      message: `${where} holds no usable binary: ${reason}.`,
      remedy: 'Nothing was installed. Use another mirror, or another pin.',
      cause,
    }),

  revision: (where: string, expected: string, printed: string) =>
    new CiError({
      code: 'ENVOY_REVISION',
      kind: 'integrity',
      message: `The binary in ${where} says it was built from ${printed}, not from ${expected}.`,
      remedy:
        'If that build is the right one (a repacked Envoy keeps its own revision), make a new envoy.lock, which records the revision, and review it.',
    }),

  lockMissing: (build: Build, arch: string) =>
    new CiError({
      code: 'ENVOY_LOCK_MISSING',
      kind: 'integrity',
      message: `envoy.lock has no entry for ${title(build)} ${build.sha} (${build.flavour}, ${arch}).`,
      remedy: 'Make it with istio-ci envoy lock, review it and commit it.',
    }),

  lockInvalid: (file: string, why: string, cause?: unknown) =>
    new CiError({
      code: 'ENVOY_LOCK_INVALID',
      kind: 'usage',
      message: `${file} is no lock file: ${why}.`,
      remedy: 'Restore it from git, or make it anew with istio-ci envoy lock.',
      cause,
    }),

  target: (path: string, cause: unknown) =>
    new CiError({
      code: 'ENVOY_TARGET',
      kind: 'usage',
      message: `${path} cannot be installed: ${messageOf(cause)}.`,
      remedy: 'Let the target be a file in a folder that this user may write.',
      cause,
    }),
};

import { CiError, formatBytes, messageOf } from '@istio-ci/kit';

/** One URL that was tried, and what happened. */
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
        'In istio-ci.yaml, name the file with the pin (envoy.deps, envoy.dockerfile or envoy.workspace), or set envoy.sha.',
    }),

  pinInvalid: (where: string, what: string, why: string) =>
    new CiError({
      code: 'ENVOY_PIN_INVALID',
      kind: 'usage',
      message: `${where}: ${JSON.stringify(what)} is not a valid pin: ${why}.`,
      remedy: 'A pin is a commit SHA: 40 lower-case hex digits, written in full.',
    }),

  pinConflict: (name: string, places: readonly { where: string; sha: string }[]) =>
    new CiError({
      code: 'ENVOY_PIN_CONFLICT',
      kind: 'usage',
      message: `The pins of ${name} disagree: ${places.map(({ where, sha }) => `${where} says ${sha}`).join(', ')}.`,
      remedy: 'Make them equal, or configure only the right one in istio-ci.yaml.',
    }),

  mirrorInvalid: (mirror: string) =>
    new CiError({
      code: 'ENVOY_MIRROR_INVALID',
      kind: 'usage',
      message: `The mirror ${mirror} is not an http, https or file URL.`,
      remedy: 'Write it as https://host/path or file:///path.',
    }),

  caUnreadable: (file: string, cause: unknown) =>
    new CiError({
      code: 'ENVOY_CA_UNREADABLE',
      kind: 'usage',
      message: `The extra CA ${file} cannot be read.`,
      remedy: 'Use a PEM file that this user can read.',
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
      remedy: `A security release is built in private, and its SHA is published late or never (istio/istio#59466). Pin ${nearest ? `${nearest.sha}, which tag ${nearest.tag} pins and which is published` : 'a SHA that is published'}, or add a mirror that has this one, or build it and use the file as a mirror: file:///path/to/envoy.`,
    }),

  forbidden: (build: Build, attempts: readonly Attempt[]) =>
    new CiError({
      code: 'ENVOY_FORBIDDEN',
      kind: 'fetch',
      message: `Access to ${title(build)} ${build.sha} was denied: ${list(attempts)}.`,
      remedy:
        'Put credentials into the URL of the mirror (https://user:password@host/…), or use another mirror.',
    }),

  unreachable: (build: Build, attempts: readonly Attempt[], cause?: unknown) =>
    new CiError({
      code: 'ENVOY_UNREACHABLE',
      kind: 'fetch',
      message: `${title(build)} ${build.sha} could not be fetched: ${list(attempts) || messageOf(cause)}.`,
      remedy:
        'Run it again: the download continues where it stopped. If that fails too, check the network, HTTPS_PROXY and the extra CA, or add a mirror.',
      cause,
    }),

  store: (path: string, cause: unknown) =>
    new CiError({
      code: 'ENVOY_STORE',
      kind: 'fetch',
      message: `${path} cannot be read or written: ${messageOf(cause)}.`,
      remedy: 'Free some disk space, or set XDG_CACHE_HOME to a directory that this user can write.',
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
      message: `${url} has the wrong content: expected sha256 ${expected.sha256}${expected.size === undefined ? '' : ` of ${expected.size} bytes`} (${expected.from}), got ${actual.sha256} of ${actual.size} bytes (${formatBytes(actual.size)}).`,
      remedy: `Nothing was installed. Find out which of the two is right before you change anything. The file that was received is kept as ${kept}.`,
    }),

  checksumFile: (url: string, text: string) =>
    new CiError({
      code: 'ENVOY_CHECKSUM',
      kind: 'integrity',
      message: `${url} contains no SHA-256; it starts with ${JSON.stringify(text.slice(0, 80))}.`,
      remedy: 'Correct the file on the mirror, or put the hash into envoy.lock.',
    }),

  archive: (where: string, reason: string, cause?: unknown) =>
    new CiError({
      code: 'ENVOY_ARCHIVE',
      kind: 'integrity',
      message: `${where} contains no usable binary: ${reason}.`,
      remedy: 'Nothing was installed. Use another mirror, or another pin.',
      cause,
    }),

  revision: (where: string, expected: string, printed: string) =>
    new CiError({
      code: 'ENVOY_REVISION',
      kind: 'integrity',
      message: `The binary in ${where} reports revision ${printed}, not ${expected}.`,
      remedy:
        'If this is the right build (a repacked Envoy keeps its own revision), run istio-ci envoy lock, which records the revision, and review the file.',
    }),

  lockMissing: (build: Build, arch: string) =>
    new CiError({
      code: 'ENVOY_LOCK_MISSING',
      kind: 'integrity',
      message: `envoy.lock has no entry for ${title(build)} ${build.sha} (${build.flavour}, ${arch}).`,
      remedy: 'Run istio-ci envoy lock, review the file and commit it.',
    }),

  lockInvalid: (file: string, why: string, cause?: unknown) =>
    new CiError({
      code: 'ENVOY_LOCK_INVALID',
      kind: 'usage',
      message: `${file} is not a valid lock file: ${why}.`,
      remedy: 'Restore it from git, or create it again with istio-ci envoy lock.',
      cause,
    }),

  target: (path: string, cause: unknown) =>
    new CiError({
      code: 'ENVOY_TARGET',
      kind: 'usage',
      message: `The target ${path} cannot be written: ${messageOf(cause)}.`,
      remedy: 'A target must be a file in a directory that this user can write.',
      cause,
    }),
};

import { envoyErrors } from '../errors.ts';
import { lockedEntry } from '../pin/lock.ts';
import type { LockEntry } from '../pin/lock-schema.ts';
import type { EnvoyPin } from '../pin/pin.ts';
import { type Arch, archiveUrl, type Build, defaultMirrors, hostArch, shownUrl } from './artifacts.ts';
import { type Known, type StorePlaces, storePlaces } from './store.ts';
import type { FetchedEnvoy, FetchRequest } from './types.ts';

/** All that is decided about a fetch before anything is done. */
export interface FetchPlan {
  readonly build: EnvoyPin;
  readonly arch: Arch;
  /** How progress lines name it. */
  readonly title: string;
  readonly store: string;
  readonly places: StorePlaces;
  readonly mirrors: readonly string[];
  /** Where to ask, in order. */
  readonly urls: readonly string[];
  /** The source tree, for advice. */
  readonly root: string | undefined;
  readonly locked: LockEntry | undefined;
  /** Whether what the store knows of the build counts for this request. */
  readonly accepts: (known: Pick<Known, 'url'> & Partial<Known>) => boolean;
  readonly fetched: (path: string, known: Omit<Known, 'hashSource'> & Partial<Known>) => FetchedEnvoy;
}

/**
 * Decides what a request means. Pure.
 * @throws {CiError} ENVOY_MIRROR_INVALID; ENVOY_LOCK_MISSING if the lock file must have an entry and has none;
 * ENVOY_UNVERIFIED if a release would rest on a lock entry that nobody has checked
 */
export function planFetch(request: FetchRequest, store: string): FetchPlan {
  const { pin, lock, release = false } = request;
  const arch = request.arch ?? hostArch ?? 'amd64';
  const locked = lockedEntry(lock, pin, arch);
  if (request.locked && !locked) throw envoyErrors.lockMissing(pin, arch);
  if (release && locked?.source === 'tofu') {
    throw envoyErrors.unverified(pin, 'its entry in envoy.lock was made on trust (tofu)');
  }
  const mirrors = request.mirrors?.length ? request.mirrors : defaultMirrors(pin.name, pin.era);
  const urls = mirrors.map((mirror) => checkedUrl(mirror, pin, arch));
  if (locked && !urls.some((url) => shownUrl(url) === locked.url))
    urls.push(checkedUrl(locked.url, pin, arch));
  const own = new Set(urls.map(shownUrl));
  return {
    build: pin,
    arch,
    title: `${pin.name} ${pin.sha.slice(0, 8)}`,
    store,
    places: storePlaces(store, pin, arch),
    mirrors,
    urls,
    root: request.root,
    locked,
    // What another mirror vouched for, or nobody, is no ground for those who ask elsewhere or release.
    accepts: (known) =>
      locked !== undefined || (own.has(known.url) && !(release && known.hashSource === 'tofu')),
    fetched: (path, { sha256, size, url, hashSource = 'pinned' }) => ({
      pin,
      arch,
      path,
      sha256,
      size,
      url,
      hashSource,
      ...(locked?.revision === undefined ? {} : { revision: locked.revision }),
    }),
  };
}

function checkedUrl(mirror: string, build: Build, arch: Arch): string {
  const valid = URL.canParse(mirror) && ['http:', 'https:', 'file:'].includes(new URL(mirror).protocol);
  if (!valid || (mirror.startsWith('file:') && new URL(mirror).host !== ''))
    throw envoyErrors.mirrorInvalid(mirror);
  return archiveUrl(mirror, build, arch);
}

import { cachePath, createHttp, type Http, readCaBundle, withFileLock } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';
import { type Arch, type Build, hostArch } from '../pin/build.ts';
import { lockedEntry } from '../pin/lock.ts';
import { archiveUrl, defaultMirrors, shownUrl } from './artifacts.ts';
import { downloadFrom, type Expected, findChecksum, type MirrorOptions, summarise } from './mirrors.ts';
import { defaultPatience } from './retry.ts';
import { fileSize, readKnown, storedArchive, storePlaces, writeKnown } from './store.ts';
import type { FetchedEnvoy, FetchPlan, FetchRequest } from './types.ts';

/**
 * Brings the archive of a pin into the store, or finds it there.
 *
 * Any number of processes may ask for the same archive at once: one fetches it, the others wait and use it. A
 * process that is killed leaves a part, and the next one continues from there.
 * @throws {CiError} of kind fetch: ENVOY_NOT_PUBLISHED, ENVOY_FORBIDDEN, ENVOY_UNREACHABLE, ENVOY_STORE; of
 * kind integrity: ENVOY_CHECKSUM, ENVOY_ARCHIVE, ENVOY_LOCK_MISSING; or ENVOY_MIRROR_INVALID,
 * ENVOY_CA_UNREADABLE; the abort reason if `signal` stopped it
 */
export async function fetchEnvoy(request: FetchRequest): Promise<FetchedEnvoy> {
  const plan = planFetch(request, request.store ?? cachePath('envoy'));
  const known = await lookUp(plan);
  if (known) return known;
  const patience = { ...defaultPatience, ...request.patience };
  const timeout = AbortSignal.timeout(patience.deadlineMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  const mirror: MirrorOptions = {
    signal,
    patience,
    deadline: Date.now() + patience.deadlineMs,
    progress: request.progress,
    attempts: [],
  };
  try {
    return await withFileLock(plan.places.lock, { signal, progress: request.progress }, async () => {
      // The process that had the lock before may have fetched it.
      return (await lookUp(plan)) ?? (await fetchNow(request, plan, mirror));
    });
  } catch (error) {
    if (!timeout.aborted || request.signal?.aborted || error !== timeout.reason) throw error;
    const late = new Error(`the deadline of ${patience.deadlineMs / 1000} s has passed`, { cause: error });
    throw envoyErrors.unreachable(plan.build, summarise(mirror.attempts), late);
  }
}

/** The archive in the store, if its hash counts for this request. */
async function lookUp(plan: FetchPlan): Promise<FetchedEnvoy | undefined> {
  const known = plan.locked ?? (await readKnown(plan.places));
  if (!known || !plan.accepts(known)) return undefined;
  const path = await storedArchive(plan.places, known.sha256);
  return path === undefined ? undefined : plan.fetched(path, known);
}

async function fetchNow(
  request: FetchRequest,
  plan: FetchPlan,
  mirror: MirrorOptions,
): Promise<FetchedEnvoy> {
  const http = createHttp({
    ca: await readExtraCa(request.extraCa),
    stallMs: mirror.patience.stallMs,
    resolveUrl: request.resolveUrl,
  });
  const expected = plan.locked
    ? { sha256: plan.locked.sha256, size: plan.locked.size, from: 'envoy.lock' }
    : await expectedHash(plan, http, mirror);
  if (!expected)
    request.progress?.(
      `${plan.title}: NO CHECKSUM is published; the first download is trusted (tofu). envoy.lock ends that.`,
    );
  const stored = expected && (await storedArchive(plan.places, expected.sha256));
  const got =
    expected && stored !== undefined
      ? { path: stored, sha256: expected.sha256, size: await fileSize(stored), url: plan.urls[0] ?? '' }
      : await downloadFrom(plan, expected, http, mirror);
  const hashSource = plan.locked ? 'pinned' : expected ? 'sidecar' : 'tofu';
  const known = { sha256: got.sha256, size: got.size, url: shownUrl(got.url), hashSource } as const;
  // A lock file speaks for itself; its word is not kept for those who have none.
  if (!plan.locked) await writeKnown(plan.places, known);
  return plan.fetched(got.path, known);
}

/** @throws {CiError} ENVOY_CA_UNREADABLE */
async function readExtraCa(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readCaBundle(file).catch((cause: unknown) => {
    throw envoyErrors.caUnreadable(file, cause);
  });
}

/** The hash that the mirrors publish, if any does. */
async function expectedHash(
  plan: FetchPlan,
  http: Http,
  mirror: MirrorOptions,
): Promise<Expected | undefined> {
  const found = await findChecksum(plan.urls, http, mirror);
  if (found === undefined) return undefined;
  if ('kind' in found) throw envoyErrors.unreachable(plan.build, summarise(mirror.attempts));
  return { sha256: found.sha256, from: found.url };
}

/**
 * Decides what a request means. Pure.
 * @throws {CiError} ENVOY_MIRROR_INVALID; ENVOY_LOCK_MISSING if the lock file must have an entry and has none
 */
function planFetch(request: FetchRequest, store: string): FetchPlan {
  const { pin, lock } = request;
  const arch = request.arch ?? hostArch ?? 'amd64';
  const locked = lockedEntry(lock, pin, arch);
  if (request.locked && !locked) throw envoyErrors.lockMissing(pin, arch);
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
    // A hash from another mirror does not count for a request to these mirrors.
    accepts: (known) => locked !== undefined || own.has(known.url),
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

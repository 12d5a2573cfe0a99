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
 * Fetches the archive of a pin into the store, unless the store has it.
 *
 * If several processes want the same archive at once, one fetches it; the others wait and use it. A process
 * that is killed leaves a partial download, and the next one continues it.
 * @throws {CiError} of kind fetch: ENVOY_NOT_PUBLISHED, ENVOY_FORBIDDEN, ENVOY_UNREACHABLE, ENVOY_STORE; of
 * kind integrity: ENVOY_CHECKSUM, ENVOY_ARCHIVE, ENVOY_LOCK_MISSING; or ENVOY_MIRROR_INVALID,
 * ENVOY_CA_UNREADABLE; the abort reason if `signal` aborted it
 */
export async function fetchEnvoy(request: FetchRequest): Promise<FetchedEnvoy> {
  const plan = planFetch(request, request.store ?? cachePath('envoy'));
  const stored = await lookInStore(plan);
  if (stored) return stored;
  return await withDeadline(plan, request, async (options) => {
    return await withFileLock(plan.places.lock, options, async () => {
      // Another process may have fetched it while this one waited for the lock.
      return (await lookInStore(plan)) ?? (await fetchFromMirrors(plan, request, options));
    });
  });
}

/** The archive in the store, if its hash counts for this request. */
async function lookInStore(plan: FetchPlan): Promise<FetchedEnvoy | undefined> {
  const known = plan.locked ?? (await readKnown(plan.places));
  if (!known || !plan.accepts(known)) return undefined;
  const path = await storedArchive(plan.places, known.sha256);
  return path === undefined ? undefined : plan.fetched(path, known);
}

/**
 * Runs a fetch until it ends or its deadline passes.
 * @throws {CiError} ENVOY_UNREACHABLE after the deadline, with the tries so far
 */
async function withDeadline<T>(
  { build }: FetchPlan,
  request: FetchRequest,
  action: (options: MirrorOptions) => Promise<T>,
): Promise<T> {
  const patience = { ...defaultPatience, ...request.patience };
  const timeout = AbortSignal.timeout(patience.deadlineMs);
  const options: MirrorOptions = {
    signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
    patience,
    deadline: Date.now() + patience.deadlineMs,
    progress: request.progress,
    attempts: [],
  };
  try {
    return await action(options);
  } catch (error) {
    if (!timeout.aborted || request.signal?.aborted || error !== timeout.reason) throw error;
    const late = new Error(`the deadline of ${patience.deadlineMs / 1000} s has passed`, { cause: error });
    throw envoyErrors.unreachable(build, summarise(options.attempts), late);
  }
}

/** Finds out the expected hash, asks the mirrors in order, verifies the archive, and stores it. */
async function fetchFromMirrors(
  plan: FetchPlan,
  request: FetchRequest,
  options: MirrorOptions,
): Promise<FetchedEnvoy> {
  const http = createHttp({
    ca: await readExtraCa(request.extraCa),
    stallMs: options.patience.stallMs,
    resolveUrl: request.resolveUrl,
  });
  const expected = await expectedHash(plan, http, options);
  if (!expected) {
    request.progress?.(
      `${plan.title}: NO CHECKSUM is published, so the first download is trusted (tofu). An envoy.lock avoids that.`,
    );
  }
  const { path, sha256, size, url } =
    (expected && (await storedUnderHash(plan, expected))) ??
    (await downloadFrom(plan, expected, http, options));
  const hashSource = plan.locked ? 'pinned' : expected ? 'sidecar' : 'tofu';
  const known = { sha256, size, url: shownUrl(url), hashSource } as const;
  // A hash from the lock file counts only for requests with that lock file, so the store does not record it.
  if (!plan.locked) await writeKnown(plan.places, known);
  return plan.fetched(path, known);
}

/** @throws {CiError} ENVOY_CA_UNREADABLE */
async function readExtraCa(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readCaBundle(file).catch((cause: unknown) => {
    throw envoyErrors.caUnreadable(file, cause);
  });
}

/**
 * The hash in the lock file or, without an entry there, the one that a mirror publishes. Undefined if no
 * mirror publishes one.
 * @throws {CiError} ENVOY_CHECKSUM, ENVOY_UNREACHABLE
 */
async function expectedHash(
  { build, locked, urls }: FetchPlan,
  http: Http,
  options: MirrorOptions,
): Promise<Expected | undefined> {
  if (locked) return { sha256: locked.sha256, size: locked.size, from: 'envoy.lock' };
  const found = await findChecksum(urls, http, options);
  if (found === undefined) return undefined;
  if ('kind' in found) throw envoyErrors.unreachable(build, summarise(options.attempts));
  return { sha256: found.sha256, from: found.url };
}

/** The archive with this hash, if the store already has it from another mirror or for another build. */
async function storedUnderHash({ places, urls }: FetchPlan, { sha256 }: Expected) {
  const path = await storedArchive(places, sha256);
  return path === undefined ? undefined : { path, sha256, size: await fileSize(path), url: urls[0] ?? '' };
}

/**
 * Plans a fetch. Pure.
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

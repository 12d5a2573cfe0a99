import { cachePath, createHttp, type Http, readCaBundle, withFileLock } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';
import { shownUrl } from './artifacts.ts';
import { findChecksum } from './checksum.ts';
import { type MirrorOptions, summarise } from './download.ts';
import { downloadFrom, type Expected } from './mirrors.ts';
import { type FetchPlan, planFetch } from './plan.ts';
import { patience } from './retry.ts';
import { fileSize, readKnown, storedArchive, writeKnown } from './store.ts';
import type { FetchedEnvoy, FetchRequest } from './types.ts';

/**
 * Brings the archive of a pin into the store, or finds it there.
 *
 * Any number of processes may ask for the same at once: one fetches, the others wait and use it. A process
 * that is killed leaves a part that the next one goes on with.
 * @throws {CiError} of kind fetch: ENVOY_NOT_PUBLISHED, ENVOY_FORBIDDEN, ENVOY_UNREACHABLE, ENVOY_OFFLINE,
 * ENVOY_STORE; of kind integrity: ENVOY_CHECKSUM, ENVOY_ARCHIVE, ENVOY_LOCK_MISSING, ENVOY_UNVERIFIED; or
 * ENVOY_MIRROR_INVALID, ENVOY_CA_UNREADABLE; the abort reason when `signal` stopped it
 */
export async function fetchEnvoy(request: FetchRequest): Promise<FetchedEnvoy> {
  const plan = planFetch(request, request.store ?? cachePath('envoy'));
  const known = await lookUp(plan);
  if (known) return known;
  if (request.offline) throw envoyErrors.offline(plan.build, plan.arch, plan.store);
  const seconds = request.deadlineSeconds ?? 900;
  const timeout = AbortSignal.timeout(seconds * 1000);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  const mirror: MirrorOptions = {
    signal,
    patience: { ...patience, ...request.patience },
    deadline: Date.now() + seconds * 1000,
    progress: request.progress,
    attempts: [],
  };
  try {
    return await withFileLock(plan.places.lock, { signal, progress: request.progress }, async () => {
      // Whoever had the lock before may have fetched it.
      return (await lookUp(plan)) ?? (await fetchNow(request, plan, mirror));
    });
  } catch (error) {
    if (!timeout.aborted || request.signal?.aborted || error !== timeout.reason) throw error;
    const late = new Error(`the deadline of ${seconds} s has passed`, { cause: error });
    throw envoyErrors.unreachable(plan.build, summarise(mirror.attempts), late);
  }
}

/** What the store has, if a hash that counts for this request says so. */
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
  if (!expected) {
    if (request.release) throw envoyErrors.unverified(plan.build, 'no mirror has a checksum file');
    request.progress?.(
      `${plan.title}: NO CHECKSUM is published; what comes first is trusted (tofu). envoy.lock ends that.`,
    );
  }
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

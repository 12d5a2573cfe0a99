import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CiError, formatSeconds, type Http, type Progress } from '@istio-ci/kit';
import { detectFormat, memberOf } from '../archive/archive.ts';
import { ArchiveFault } from '../archive/fault.ts';
import { type Attempt, envoyErrors } from '../errors.ts';
import { checksumUrls, parseChecksum, shownUrl } from './artifacts.ts';
import { nearestPublished } from './nearest.ts';
import { type Failure, type Patience, waitBefore } from './retry.ts';
import { Part } from './store.ts';
import { BodyError, frugal, openUrl, transfer } from './transfer.ts';
import type { FetchPlan } from './types.ts';

export interface MirrorOptions {
  readonly signal: AbortSignal;
  readonly patience: Patience;
  /** When the whole fetch must have ended, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly progress?: Progress | undefined;
  /** Every failed try is added to it. */
  readonly attempts: Attempt[];
}

/** The expected content, and where the hash is from, for messages. */
export interface Expected {
  readonly sha256: string;
  readonly size?: number;
  readonly from: string;
}

/** Larger than any archive of Istio's. A server that never stops sending must not fill the disk. */
const maxArchiveBytes = 2 * 1024 ** 3;

/** A checksum file has one line. Anything larger than this is something else. */
const maxChecksumBytes = 64 * 1024;

/**
 * Downloads the archive into the store, from the first mirror that has the right one.
 *
 * After a wrong archive the next mirror is asked, from the first byte, but only once: two wrong archives are
 * an error. If there is no next mirror, the same one is asked again, because the wrong bytes may be those of
 * an earlier partial download.
 * @throws {CiError} ENVOY_CHECKSUM, ENVOY_ARCHIVE, ENVOY_NOT_PUBLISHED, ENVOY_FORBIDDEN or ENVOY_UNREACHABLE
 */
export async function downloadFrom(
  plan: FetchPlan,
  expected: Expected | undefined,
  http: Http,
  options: MirrorOptions,
): Promise<{ path: string; sha256: string; size: number; url: string }> {
  await using part = await Part.open(plan.places.part);
  const wrong: CiError[] = [];
  const failures: Failure[] = [];
  const turns = [...plan.urls];
  for (let url = turns.shift(); url !== undefined && wrong.length < 2; url = turns.shift()) {
    const result = await obtain(url, part, plan, http, options);
    if (result) {
      failures.push(result);
      continue;
    }
    const fault = await faultOf(part, url, plan, expected);
    if (!fault) {
      const [sha256, size] = [part.sha256(), part.size];
      const path = plan.places.archive(sha256);
      await part.moveTo(path);
      return { path, sha256, size, url };
    }
    wrong.push(fault);
    options.progress?.(`${plan.title}: ${fault.message}`);
    await setAside(part, plan.places.bad);
    if (turns.length === 0) turns.push(url);
  }
  throw wrong[0] ?? (await noMirror(plan, failures, http, options));
}

async function obtain(
  url: string,
  part: Part,
  { title }: FetchPlan,
  http: Http,
  options: MirrorOptions,
): Promise<Failure | undefined> {
  const { signal, progress } = options;
  const settings = { http, signal, progress, title, maxBytes: maxArchiveBytes };
  const result = await persist(
    url,
    options,
    async () => (await transfer(url, part, settings)) ?? { ok: true },
  );
  return 'ok' in result ? undefined : result;
}

/**
 * Verifies a complete download: by its hash or, if none is known, by unpacking it.
 * @returns what is wrong; undefined if nothing is
 */
async function faultOf(
  part: Part,
  url: string,
  { build, arch, places }: FetchPlan,
  expected: Expected | undefined,
): Promise<CiError | undefined> {
  const actual = { sha256: part.sha256(), size: part.size };
  if (actual.sha256 === expected?.sha256) return undefined;
  if (expected && (await detectFormat(part.path)) !== 'page') {
    return envoyErrors.checksum(shownUrl(url), expected, actual, places.bad);
  }
  try {
    for await (const _ of frugal(memberOf(part.path, { name: build.name, arch })));
    return undefined;
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error;
    return envoyErrors.archive(shownUrl(url), error.message, error.cause);
  }
}

async function setAside(part: Part, bad: string): Promise<void> {
  await mkdir(dirname(bad), { recursive: true });
  await copyFile(part.path, bad, constants.COPYFILE_FICLONE);
  await part.restart(undefined);
}

async function noMirror(
  { build, arch, root, mirrors }: FetchPlan,
  failures: readonly Failure[],
  http: Http,
  { attempts, signal }: MirrorOptions,
): Promise<CiError> {
  const tried = summarise(attempts);
  const kinds = new Set(failures.map(({ kind }) => kind));
  if (kinds.has('transient') || kinds.has('refused')) return envoyErrors.unreachable(build, tried);
  if (kinds.has('forbidden')) return envoyErrors.forbidden(build, tried);
  const nearest =
    root === undefined ? undefined : await nearestPublished(root, build, arch, mirrors, http, signal);
  return envoyErrors.notPublished(build, arch, tried, nearest);
}

/**
 * Tries one URL until it succeeds, fails for good, or has used all its attempts.
 * @returns the result, or the last failure
 */
async function persist<T>(
  url: string,
  options: MirrorOptions,
  once: () => Promise<{ ok: T } | Failure>,
): Promise<{ ok: T } | Failure> {
  const { signal, patience, deadline, progress, attempts } = options;
  for (let tries = 1; ; tries += 1) {
    const result = await once();
    if ('ok' in result) return result;
    attempts.push({ url: shownUrl(url), outcome: result.reason });
    if (result.progressed) tries = 1;
    const wait = waitBefore(result, tries, patience);
    if (wait === undefined || Date.now() + wait >= deadline) return result;
    progress?.(`${shownUrl(url)}: ${result.reason}; again in ${formatSeconds(wait / 1000)}`);
    await delay(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Merges equal outcomes of one URL into one entry with a count, so that messages stay short. */
export function summarise(attempts: readonly Attempt[]): Attempt[] {
  const counts = new Map<string, Attempt & { times: number }>();
  for (const attempt of attempts) {
    const key = `${attempt.url} ${attempt.outcome}`;
    counts.set(key, { ...attempt, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  return [...counts.values()].map(({ url, outcome, times }) => ({
    url,
    outcome: times === 1 ? outcome : `${outcome} (${times} times)`,
  }));
}

/** A hash, and the checksum file that it is from. */
export interface Checksum {
  readonly sha256: string;
  readonly url: string;
}

/**
 * Asks the mirrors in order for the checksum file of an archive.
 * @returns the first hash; undefined only if every mirror answered that it has none, because a failing server
 * must not turn verification into trust on first use; otherwise the last failure
 * @throws {CiError} ENVOY_CHECKSUM for a checksum file without a hash
 */
export async function findChecksum(
  archives: readonly string[],
  http: Http,
  options: MirrorOptions,
): Promise<Checksum | Failure | undefined> {
  let failure: Failure | undefined;
  const before = options.attempts.length;
  for (const archive of archives) {
    for (const url of checksumUrls(archive)) {
      const result = await persist(url, options, () => readSmall(url, http, options.signal));
      if ('ok' in result) {
        const sha256 = parseChecksum(result.ok, new URL(archive).pathname.split('/').at(-1) ?? '');
        if (sha256 === undefined) throw envoyErrors.checksumFile(shownUrl(url), result.ok);
        return { sha256, url: shownUrl(url) };
      }
      // A private bucket also answers 403 for a file that does not exist.
      if (result.kind !== 'missing' && result.kind !== 'forbidden') failure = result;
    }
  }
  // Often no mirror has a checksum file. A later error does not list these tries.
  if (!failure) options.attempts.splice(before);
  return failure;
}

async function readSmall(url: string, http: Http, signal: AbortSignal): Promise<{ ok: string } | Failure> {
  const answer = await openUrl(url, http, signal);
  if ('kind' in answer) return answer;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxChecksumBytes) break;
    }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { kind: 'transient', reason: error.message };
  }
  if (answer.total !== undefined && size < answer.total && size <= maxChecksumBytes) {
    return { kind: 'transient', reason: `ended after ${size} of ${answer.total} bytes` };
  }
  return { ok: Buffer.concat(chunks).toString('utf8') };
}

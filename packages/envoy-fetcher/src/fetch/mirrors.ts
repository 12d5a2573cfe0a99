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
  /** When the whole fetch has to be over, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly progress?: Progress | undefined;
  /** Gets a line for each try that failed. */
  readonly attempts: Attempt[];
}

/** The expected content, and where its hash is from. */
export interface Expected {
  readonly sha256: string;
  readonly size?: number;
  readonly from: string;
}

/** More than any archive of Istio's: a server that sends without end must not fill the disk. */
const maxArchiveBytes = 2 * 1024 ** 3;

/** A checksum file is one line; a server that sends more than this sends something else. */
const maxChecksumBytes = 64 * 1024;

/**
 * Downloads the archive from the first mirror that has the right one, into the store.
 *
 * A mirror whose bytes are wrong gets no second chance, but one more mirror is asked, from the beginning; a
 * lone mirror is asked once more, since what was wrong may be the part that was there before.
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
 * What is wrong with a complete part. Without a hash to compare, it must at least be an archive with the
 * binary in it.
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
 * Tries one URL until it succeeds, fails for good, or has used up its attempts.
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

/** Reports the same outcome of one URL once, with its count: nobody reads a message of forty lines. */
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

/** A hash, and the file that said it. */
export interface Checksum {
  readonly sha256: string;
  readonly url: string;
}

/**
 * The hash that the first mirror to have one publishes for an archive. Undefined only if every mirror says
 * that it has none: a server that is merely failing must not turn a check into trust on first use.
 * @returns the last failure if no mirror had a hash and not all said so
 * @throws {CiError} ENVOY_CHECKSUM for a file without a hash in it
 */
export async function findChecksum(
  archives: readonly string[],
  http: Http,
  options: MirrorOptions,
): Promise<Checksum | Failure | undefined> {
  let ill: Failure | undefined;
  const before = options.attempts.length;
  for (const archive of archives) {
    for (const url of checksumUrls(archive)) {
      const result = await persist(url, options, () => readSmall(url, http, options.signal));
      if ('ok' in result) {
        const sha256 = parseChecksum(result.ok, new URL(archive).pathname.split('/').at(-1) ?? '');
        if (sha256 === undefined) throw envoyErrors.checksumFile(shownUrl(url), result.ok);
        return { sha256, url: shownUrl(url) };
      }
      // A private bucket answers 403 if it does not have a file.
      if (result.kind !== 'missing' && result.kind !== 'forbidden') ill = result;
    }
  }
  // That no mirror has such a file is the usual thing, and no part of the story if something goes wrong
  // later.
  if (!ill) options.attempts.splice(before);
  return ill;
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

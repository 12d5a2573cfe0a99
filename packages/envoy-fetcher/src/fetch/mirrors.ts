import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CiError, Http } from '@istio-ci/kit';
import { memberOf, sniff } from '../archive/archive.ts';
import { ArchiveFault } from '../archive/fault.ts';
import { envoyErrors } from '../errors.ts';
import { nearestPublished } from '../pin/nearest.ts';
import { shownUrl } from './artifacts.ts';
import { type MirrorOptions, persist, summarise } from './download.ts';
import { frugal } from './frugal.ts';
import { Part } from './part.ts';
import type { FetchPlan } from './plan.ts';
import type { Failure } from './retry.ts';
import { readHead } from './store.ts';
import { transfer } from './transfer.ts';

/** What the bytes must be, and who says so. */
export interface Expected {
  readonly sha256: string;
  readonly size?: number;
  readonly from: string;
}

/** More than any archive of Istio's: a server that sends without end must not fill the disk. */
const maxArchiveBytes = 2 * 1024 ** 3;

/**
 * Downloads the archive from the first mirror that has the right one, into the store.
 *
 * A mirror whose bytes are wrong gets no second chance, but one more mirror is asked, from the beginning; a lone
 * mirror is asked once more, since what was wrong may be the part that was there before.
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

/** What is wrong with a whole part. Without a hash to go by, it must at least be an archive with the binary in it. */
async function faultOf(
  part: Part,
  url: string,
  { build, arch, places }: FetchPlan,
  expected: Expected | undefined,
): Promise<CiError | undefined> {
  const actual = { sha256: part.sha256(), size: part.size };
  if (actual.sha256 === expected?.sha256) return undefined;
  if (expected && sniff(await readHead(part.path)) !== 'page') {
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

import type { Http } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';
import { checksumUrls, shownUrl } from './artifacts.ts';
import { type MirrorOptions, persist } from './download.ts';
import type { Failure } from './retry.ts';
import { BodyError, openUrl } from './source.ts';

/** A checksum file is a line; a server that sends more than this sends something else. */
const maxBytes = 64 * 1024;

/** A hash, and the file that said it. */
export interface Checksum {
  readonly sha256: string;
  readonly url: string;
}

/**
 * The hash in a checksum file, whatever its form: bare, `hash  name` (Istio's has an absolute path there), or
 * `SHA256 (name) = hash`; the line that names `file` where there are several. Undefined for anything else.
 */
export function parseChecksum(text: string, file: string): string | undefined {
  if (text.trimStart().startsWith('<')) return undefined;
  const hashes = text.split('\n').flatMap((line) => {
    const [hash] = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/i.exec(line) ?? [];
    return hash === undefined ? [] : [{ line, hash: hash.toLowerCase() }];
  });
  return (hashes.find(({ line }) => line.includes(file)) ?? hashes[0])?.hash;
}

/**
 * The hash that the first mirror to have one gives for an archive. Undefined only if every mirror says that it
 * has none: a server that is merely ill must not turn a check into trust on first use.
 * @returns the failures that stood in the way where no mirror had one and not all said so
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
      // A private bucket answers 403 for what it does not have.
      if (result.kind !== 'missing' && result.kind !== 'forbidden') ill = result;
    }
  }
  // That no mirror has such a file is the usual thing, and no part of the story if something goes wrong later.
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
      if (size > maxBytes) break;
    }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { kind: 'transient', reason: error.message };
  }
  if (answer.total !== undefined && size < answer.total && size <= maxBytes) {
    return { kind: 'transient', reason: `ended after ${size} of ${answer.total} bytes` };
  }
  return { ok: Buffer.concat(chunks).toString('utf8') };
}

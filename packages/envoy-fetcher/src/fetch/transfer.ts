import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  formatBytes,
  formatSeconds,
  type Http,
  type HttpResponse,
  messageOf,
  NetworkError,
  type Progress,
} from '@istio-ci/kit';
import { answerFailure, type Failure } from './retry.ts';
import type { Part, Resume } from './store.ts';

export interface TransferOptions {
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly progress?: Progress | undefined;
  /** The start of the progress lines. */
  readonly title: string;
  /** A larger file is refused. */
  readonly maxBytes: number;
}

/**
 * Requests a URL once and appends the body to the partial download. It continues where the last try stopped
 * if the server supports that.
 * @returns undefined if the download is complete, otherwise why not
 * @throws {CiError} ENVOY_STORE if the local disk fails; the abort reason
 */
export async function transfer(
  url: string,
  part: Part,
  options: TransferOptions,
): Promise<Failure | undefined> {
  const { http, signal, maxBytes } = options;
  const resume = await part.resumable(url);
  const answer = await openUrl(url, http, signal, resume);
  if ('kind' in answer) {
    // The same range would fail again, so the next try asks for the whole file.
    if (resume && answer.kind === 'transient' && /^HTTP (206|416)/.test(answer.reason))
      await part.restart(undefined);
    return answer;
  }
  const { total, validator } = answer;
  if (answer.from > 0) await part.resume();
  else await part.restart(validator === undefined ? undefined : { url, validator });
  const before = part.size;
  const report = reporter(options, total, before);
  try {
    for await (const chunk of frugal(answer.body)) {
      await part.append(chunk);
      report(part.size);
      if (part.size > (total ?? maxBytes)) break;
    }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return cut(`cut after ${part.size}${total === undefined ? '' : ` of ${total}`} bytes, ${error.message}`);
  }
  if (part.size > maxBytes) return { kind: 'refused', reason: `larger than ${formatBytes(maxBytes)}` };
  if (total === undefined || part.size === total) return undefined;
  if (part.size < total) return cut(`ended after ${part.size} of ${total} bytes`);
  await part.restart(undefined);
  return { kind: 'transient', reason: `more than the announced ${total} bytes` };

  function cut(reason: string): Failure {
    return { kind: 'transient', reason, progressed: part.size > before };
  }
}

/**
 * Reports progress at most ten times a second, as
 * `envoy 0a12a02f: 12.0 MiB of 35.2 MiB, 48.1 MiB/s, 0.5 s left`.
 */
function reporter({ progress, title }: TransferOptions, total: number | undefined, before: number) {
  const start = performance.now();
  let last = start;
  return (size: number) => {
    const now = performance.now();
    if (!progress || (now - last < 100 && size !== total)) return;
    last = now;
    const rate = (size - before) / Math.max(0.001, (now - start) / 1000);
    const left = total === undefined ? '' : `, ${formatSeconds((total - size) / rate)} left`;
    const of = total === undefined ? '' : ` of ${formatBytes(total)}`;
    progress(`${title}: ${formatBytes(size)}${of}, ${formatBytes(rate)}/s${left}`);
  };
}

/** The bytes of a URL, from `from` on. */
export interface Answer {
  readonly from: number;
  /** The size of the whole file, if the server sends it. */
  readonly total: number | undefined;
  /** Identifies this version of the file in If-Range. Without it, a download cannot be continued. */
  readonly validator: string | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/** The body ended early. This is an error of the mirror, never of the local disk. */
export class BodyError extends Error {}

/**
 * Opens an http, https or file URL: where the last try stopped if `resume` is given and still valid,
 * otherwise at the beginning.
 */
export async function openUrl(
  url: string,
  http: Http,
  signal: AbortSignal,
  resume?: Resume,
): Promise<Answer | Failure> {
  if (url.startsWith('file:')) return await openFile(url, signal);
  const headers = resume && { range: `bytes=${resume.from}-`, 'if-range': resume.validator };
  const response = await http(url, { headers, signal }).catch((error: unknown) => {
    if (!(error instanceof NetworkError)) throw error;
    return { kind: error.permanent ? 'refused' : 'transient', reason: error.message } as const;
  });
  if ('kind' in response) return response;
  const failure = await refusal(response, resume);
  if (failure) {
    response.discard();
    return failure;
  }
  return {
    from: response.status === 206 ? (resume?.from ?? 0) : 0,
    total: totalOf(response),
    validator: validatorOf(response),
    body: untilBroken(response, signal),
  };
}

async function refusal(response: HttpResponse, resume: Resume | undefined): Promise<Failure | undefined> {
  const { status } = response;
  if (status === 200) return undefined;
  if (status === 206) {
    const range = response.header('content-range');
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range ?? '') ?? [];
    if (resume && Number(from) === resume.from && total !== '*') return undefined;
    return { kind: 'transient', reason: `HTTP 206 with the wrong range ${range}` };
  }
  return answerFailure(status, response.header('retry-after'), await beginning(response));
}

/** The first bytes of an error's body, as far as they arrive: the status alone is enough. */
async function beginning(response: HttpResponse): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += chunk;
      if (text.length > 1024) break;
    }
  } catch {
    return text;
  }
  return text;
}

function totalOf(response: HttpResponse): number | undefined {
  const part = response.status === 206;
  const text = part ? response.header('content-range')?.split('/')[1] : response.header('content-length');
  return text === undefined ? undefined : Number(text);
}

/**
 * Only a strong ETag or, without one, the time of the last change is allowed in If-Range (RFC 9110, 13.1.5).
 */
function validatorOf(response: HttpResponse): string | undefined {
  const etag = response.header('etag');
  return etag?.startsWith('"') ? etag : response.header('last-modified');
}

async function openFile(url: string, signal: AbortSignal): Promise<Answer | Failure> {
  const file = await open(fileURLToPath(url)).catch((error: NodeJS.ErrnoException) => error);
  if (file instanceof Error) {
    const missing = file.code === 'ENOENT' || file.code === 'ENOTDIR';
    return {
      kind: missing ? 'missing' : 'forbidden',
      reason: missing ? 'there is no such file' : file.message,
    };
  }
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    return { kind: 'refused', reason: 'it is not a regular file' };
  }
  return { from: 0, total: stat.size, validator: undefined, body: untilBroken(fileBody(file), signal) };
}

async function* fileBody(file: FileHandle): AsyncGenerator<Buffer> {
  await using _ = file;
  for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }))
    yield chunk as Buffer;
}

/** The same chunks. Any error becomes a {@link BodyError}, or the abort reason after an abort. */
async function* untilBroken(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (cause) {
    signal.throwIfAborted();
    throw new BodyError(messageOf(cause), { cause });
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

const bytesPerCollection = 2 * 1024 ** 2;

/**
 * Passes chunks on and has the used ones freed in time. V8 counts only the small handles of Buffers, so 50 MB
 * pile up while an Envoy of 107 MB passes through. A minor collection takes less than a millisecond.
 */
export async function* frugal(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let since = 0;
  for await (const chunk of chunks) {
    yield chunk;
    since += chunk.length;
    if (since < bytesPerCollection) continue;
    since = 0;
    collect({ type: 'minor' });
  }
}

import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { HttpGet } from './http.ts';
import { type Failure, failureOf, failureOfError } from './retry.ts';

/** The bytes that a URL gave, from `from` on. */
export interface Answer {
  readonly from: number;
  /** The size of the whole file, where the server says it. */
  readonly total: number | undefined;
  /** What identifies this version of the file, fit for If-Range; without it nothing is resumed. */
  readonly validator: string | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/** Goes on with a file: what we have, and what it must still be for that to count. */
export interface Resume {
  readonly from: number;
  readonly validator: string;
}

/** The body broke off: an error of the network, never one of our own disk. */
export class BodyError extends Error {}

/** Opens a URL, http, https or file, from its beginning or, if `resume` still holds there, from where we were. */
export async function openUrl(
  url: string,
  get: HttpGet,
  signal: AbortSignal,
  resume?: Resume,
): Promise<Answer | Failure> {
  if (url.startsWith('file:')) return await openFile(url);
  const headers = resume && { range: `bytes=${resume.from}-`, 'if-range': resume.validator };
  const response = await get(url, headers ?? {}, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    return failureOfError(error);
  });
  if ('kind' in response) return response;
  const failure = await refusal(response, resume);
  if (failure) {
    response.destroy();
    return failure;
  }
  return {
    from: response.statusCode === 206 ? (resume?.from ?? 0) : 0,
    total: totalOf(response),
    validator: validatorOf(response),
    body: networkBody(response, signal),
  };
}

async function refusal(response: IncomingMessage, resume: Resume | undefined): Promise<Failure | undefined> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) return undefined;
  if (statusCode === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
    if (resume && Number(from) === resume.from && total !== '*') return undefined;
    return { kind: 'transient', reason: `HTTP 206 with the wrong range ${headers['content-range']}` };
  }
  return failureOf(statusCode, headers['retry-after'], await beginning(response));
}

/** The first bytes of an error's body; a broken one has none, and the status says enough. */
async function beginning(response: IncomingMessage): Promise<string> {
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

function totalOf({ statusCode, headers }: IncomingMessage): number | undefined {
  const text = statusCode === 206 ? headers['content-range']?.split('/')[1] : headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

/** Only a strong ETag, or else the time of the last change, may stand in If-Range (RFC 9110, 13.1.5). */
function validatorOf({ headers }: IncomingMessage): string | undefined {
  const { etag } = headers;
  return etag?.startsWith('"') ? etag : headers['last-modified'];
}

/**
 * The body, with all that came before the connection broke. It is taken off the response at once, since a response
 * that is destroyed drops what nobody has read yet; a pipe ends in a stream that outlives it.
 */
function networkBody(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  const received = response.pipe(new PassThrough());
  let broken: Error | undefined;
  response.once('error', (error) => {
    broken = error;
    received.end();
  });
  return (async function* () {
    try {
      for await (const chunk of received) yield chunk as Buffer;
    } finally {
      response.destroy();
    }
    signal.throwIfAborted();
    if (broken) throw new BodyError(failureOfError(broken).reason, { cause: broken });
  })();
}

async function openFile(url: string): Promise<Answer | Failure> {
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
    return { kind: 'refused', reason: 'it is no regular file' };
  }
  return { from: 0, total: stat.size, validator: undefined, body: fileBody(file) };
}

async function* fileBody(file: FileHandle): AsyncGenerator<Buffer> {
  await using _ = file;
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }))
      yield chunk as Buffer;
  } catch (error) {
    throw new BodyError(failureOfError(error).reason, { cause: error });
  }
}

import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Http, type HttpResponse, messageOf, NetworkError } from '@istio-ci/kit';
import { answerFailure, type Failure } from './retry.ts';

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

/** The body broke off: an error of the mirror, never one of our own disk. */
export class BodyError extends Error {}

/**
 * Opens a URL, http, https or file, from its beginning or, if `resume` still holds there, from where we were.
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

/** The first bytes of an error's body; a broken one has none, and the status says enough. */
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

/** Only a strong ETag, or else the time of the last change, may stand in If-Range (RFC 9110, 13.1.5). */
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
    return { kind: 'refused', reason: 'it is no regular file' };
  }
  return { from: 0, total: stat.size, validator: undefined, body: untilBroken(fileBody(file), signal) };
}

async function* fileBody(file: FileHandle): AsyncGenerator<Buffer> {
  await using _ = file;
  for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false }))
    yield chunk as Buffer;
}

/** The same chunks; what breaks them off is a {@link BodyError}, or the reason of the abort. */
async function* untilBroken(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (cause) {
    signal.throwIfAborted();
    throw new BodyError(messageOf(cause), { cause });
  }
}

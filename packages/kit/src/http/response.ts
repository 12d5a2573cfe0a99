import { PassThrough, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { networkError } from './network-error.ts';

/** Bytes that are read sooner than a new connection is made. */
const worthReading = 128 * 1024;

/** What may end a request before it is over. */
export interface Limits {
  /** The caller's own signal. Its reason is thrown as it is. */
  readonly caller: AbortSignal | undefined;
  /** Aborts when the caller does, or when the request's time is over. */
  readonly signal: AbortSignal | null;
  /** Milliseconds of silence until the connection is given up. */
  readonly stallMs: number;
}

/** Throws what an error of a request or of its body means to the caller. */
export function rethrow(cause: unknown, { caller, stallMs }: Limits): never {
  caller?.throwIfAborted();
  throw networkError(cause, stallMs);
}

/**
 * An answer whose body is read once or discarded: as bytes, as text, or chunk by chunk. The bytes are those
 * that were sent: a `Content-Encoding` is not undone, since some buckets set one on a `.tar.gz`, whose hash
 * is of the packed file.
 *
 * Every way to read throws a {@link NetworkError} for a body that breaks off, or the reason of the abort.
 */
export class HttpResponse implements AsyncIterable<Buffer> {
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly #headers: Dispatcher.ResponseData['headers'];
  readonly #body: Readable;
  /** A stream that breaks drops what was not read yet, so the body is taken off it as it comes. */
  readonly #received = new PassThrough();
  readonly #limits: Limits;
  #broken: Error | undefined;

  constructor(url: URL, { statusCode, headers, body }: Dispatcher.ResponseData, limits: Limits) {
    this.url = url;
    this.status = statusCode;
    this.#headers = headers;
    this.#body = body;
    this.#limits = limits;
    body.pipe(this.#received);
    body.on('error', (cause) => {
      this.#broken = cause;
      this.#received.end();
    });
  }

  /** True for a status of 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** A header by its name in lower case; several of the same name are joined. */
  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  async bytes(): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(this));
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString();
  }

  /** Reads a small rest, so that the connection can be used again; ends the connection of a large one. */
  discard(): void {
    let size = 0;
    this.#received.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > worthReading) this.#body.destroy();
    });
  }

  /** All chunks that came before the body ended or broke off. Leaving the loop ends the connection. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#received) yield chunk as Buffer;
    } finally {
      this.#body.destroy();
    }
    if (this.#broken) rethrow(this.#broken, this.#limits);
  }
}

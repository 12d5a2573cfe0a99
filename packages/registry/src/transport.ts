import {
  createHttp,
  type Http,
  type HttpResponse,
  hostCaBundle,
  NetworkError,
  type Operation,
  readCaBundle,
} from '@istio-ci/kit';
import { registryErrors } from './errors.ts';
import { TransientError } from './retry.ts';

/** No single attempt takes longer, in milliseconds; a large layer through a slow line must fit in it. */
const attemptTimeoutMs = 15 * 60_000;
/** How long a registry may be silent, in milliseconds: one that assembles a large upload takes its time. */
const stallMs = 5 * 60_000;

/** Single HTTP requests, each with a deadline, until the operation is aborted. */
export class Transport {
  readonly #operation: Operation;
  #http: Promise<Http> | undefined;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** @throws {@link TransientError} for a connection that could not be made, or broke */
  async send(url: URL, request: Omit<NonNullable<Parameters<Http>[1]>, 'signal'>): Promise<HttpResponse> {
    this.#http ??= openHttp();
    const http = await this.#http;
    return await http(url, {
      ...request,
      signal: this.#operation.signal,
      timeoutMs: attemptTimeoutMs,
    }).catch(transient);
  }
}

/** Whatever breaks a connection may be gone next time. */
export function transient(cause: unknown): never {
  if (cause instanceof NetworkError) throw new TransientError(`the connection failed (${cause.message})`);
  throw cause;
}

async function openHttp(): Promise<Http> {
  const bundle = await hostCaBundle();
  if (bundle === undefined) return createHttp({ stallMs });
  const ca = await readCaBundle(bundle).catch((cause: unknown) => {
    throw registryErrors.caUnreadable(bundle, cause);
  });
  return createHttp({ stallMs, ca });
}

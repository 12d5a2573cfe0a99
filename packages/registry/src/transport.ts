import {
  createHttp,
  type Http,
  type HttpResponse,
  hostCa,
  NetworkError,
  type Operation,
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
  #plain: Http | undefined;
  #secure: Promise<Http> | undefined;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** @throws {@link TransientError} for a connection that could not be made, or broke */
  async send(url: URL, request: Omit<NonNullable<Parameters<Http>[1]>, 'signal'>): Promise<HttpResponse> {
    const http = await this.#httpFor(url);
    return await http(url, {
      ...request,
      signal: this.#operation.signal,
      timeoutMs: attemptTimeoutMs,
    }).catch(transient);
  }

  /** The machine's certificate authorities are read only if a registry needs them. */
  #httpFor(url: URL): Http | Promise<Http> {
    this.#plain ??= createHttp({ stallMs });
    if (url.protocol !== 'https:') return this.#plain;
    this.#secure ??= openSecureHttp();
    return this.#secure;
  }
}

/** Whatever breaks a connection may be gone next time. */
export function transient(cause: unknown): never {
  if (cause instanceof NetworkError) throw new TransientError(`the connection failed (${cause.message})`);
  throw cause;
}

/** @throws {CiError} REGISTRY_CA_UNREADABLE */
async function openSecureHttp(): Promise<Http> {
  const ca = await hostCa().catch((cause: unknown) => {
    throw registryErrors.caUnreadable(cause);
  });
  return createHttp({ stallMs, ca });
}

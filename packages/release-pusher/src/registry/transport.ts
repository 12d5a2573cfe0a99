import type { Operation } from '@istio-ci/kit';
import { proxyDispatcher } from './proxy.ts';
import { TransientError } from './retry.ts';

/** No single attempt takes longer, in milliseconds; a large layer through a slow line must fit in it. */
const attemptTimeoutMs = 15 * 60_000;

/** Single HTTP requests: with a deadline, through the environment's proxy, until the operation is aborted. */
export class Transport {
  readonly #operation: Operation;
  #proxy: ReturnType<typeof proxyDispatcher> | undefined;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** @throws {@link TransientError} for a connection that could not be made, or broke */
  async fetch(input: URL | Request, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const { signal } = this.#operation;
    const timeout = AbortSignal.timeout(attemptTimeoutMs);
    try {
      return await fetch(input, {
        ...init,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...dispatched(await this.#dispatcher()),
      });
    } catch (cause) {
      return this.transient(cause);
    }
  }

  #dispatcher(): ReturnType<typeof proxyDispatcher> {
    this.#proxy ??= proxyDispatcher();
    return this.#proxy;
  }

  /** Everything that breaks a connection may be gone next time; only our own abort is final. */
  transient(cause: unknown): never {
    this.#operation.signal?.throwIfAborted();
    if (cause instanceof TransientError || !(cause instanceof Error)) throw cause;
    if (!['TypeError', 'TimeoutError', 'AbortError'].includes(cause.name)) throw cause;
    const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new TransientError(`the connection failed (${reason})`);
  }
}

/** fetch's own types know the dispatcher of the undici in Node, which is of the same major version. */
function dispatched(dispatcher: Awaited<ReturnType<typeof proxyDispatcher>>): RequestInit {
  return dispatcher === undefined ? {} : ({ dispatcher } as unknown as RequestInit);
}

import { parseRetryAfter, retryDelay } from '@istio-ci/kit';

/** How long and how often a fetch tries. */
export interface Patience {
  /** How long the whole fetch may take. */
  readonly deadlineMs: number;
  /** How many tries in a row of one URL may bring no new bytes. */
  readonly attempts: number;
  /** The wait after the first try. It doubles with each try, ±20 %. */
  readonly backoffMs: number;
  /** How long a server may send nothing. */
  readonly stallMs: number;
  /** The longest accepted `Retry-After`. If a server asks for more, the next mirror is asked. */
  readonly retryAfterMs: number;
}

export const defaultPatience: Patience = {
  deadlineMs: 15 * 60 * 1000,
  attempts: 4,
  backoffMs: 1000,
  stallMs: 30_000,
  retryAfterMs: 300_000,
};

/** Why one request to a URL did not get the whole file. */
export interface Failure {
  /** Only `transient` is worth another try; after any other the next mirror is asked. */
  readonly kind: 'missing' | 'forbidden' | 'refused' | 'transient';
  readonly reason: string;
  /** The server's `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  /** True if it brought new bytes: then the count of tries starts again. */
  readonly progressed?: boolean;
}

/**
 * What an HTTP status other than 200 and 206 means. `body` is the beginning of the response body, in which
 * buckets put the reason. Pure.
 */
export function answerFailure(
  status: number,
  retryAfter: string | undefined,
  body: string,
  now = Date.now(),
): Failure {
  const reason = `HTTP ${status}${/<Code>(\w+)<\/Code>/.exec(body)?.[1]?.replace(/^/, ', ') ?? ''}`;
  if (status === 404 || status === 410 || body.includes('NoSuchKey')) return { kind: 'missing', reason };
  if (status === 401 || status === 403) return { kind: 'forbidden', reason };
  if (status === 408 || status === 416 || status === 429 || status >= 500) {
    return { kind: 'transient', reason, retryAfterMs: parseRetryAfter(retryAfter, now) };
  }
  return { kind: 'refused', reason };
}

/**
 * Milliseconds until the next try of a URL after `tries` failed ones, or undefined if it is not tried again.
 * Pure.
 */
export function waitBefore(
  failure: Failure,
  tries: number,
  { attempts, backoffMs, retryAfterMs }: Patience,
  random = Math.random(),
): number | undefined {
  if (failure.kind !== 'transient' || tries >= attempts) return undefined;
  if ((failure.retryAfterMs ?? 0) > retryAfterMs) return undefined;
  return retryDelay(backoffMs * 2 ** Math.max(0, tries - 1), failure.retryAfterMs, random);
}

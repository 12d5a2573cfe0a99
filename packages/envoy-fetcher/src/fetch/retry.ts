import { parseRetryAfter, retryDelay } from '@istio-ci/kit';

/** How patient a fetch is. All are plain data, so that tests and impatient callers can set them. */
export interface Patience {
  /** When the whole fetch gives up. */
  readonly deadlineMs: number;
  /** Tries of one URL that bring nothing new. */
  readonly attempts: number;
  /** The first wait between two tries; it doubles each time, ±20 %. */
  readonly backoffMs: number;
  /** How long a server may be silent. */
  readonly stallMs: number;
  /** The longest `Retry-After` that is waited for; a longer one means the next mirror. */
  readonly retryAfterMs: number;
}

export const defaultPatience: Patience = {
  deadlineMs: 15 * 60 * 1000,
  attempts: 4,
  backoffMs: 1000,
  stallMs: 30_000,
  retryAfterMs: 300_000,
};

/** Why one request to a URL did not bring the whole file. */
export interface Failure {
  /** `missing` and `forbidden` end the mirror, and so does `refused`; `transient` may be tried again. */
  readonly kind: 'missing' | 'forbidden' | 'refused' | 'transient';
  readonly reason: string;
  /** How long the server asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** True if it brought bytes that we did not have: the count of tries starts again. */
  readonly progressed?: boolean;
}

/**
 * The meaning of an HTTP status other than 200 and 206. `body` is the beginning of the answer's body: buckets
 * explain the failure there. Pure.
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
 * Milliseconds until the next try, or undefined if this URL had its chance. `tries` were in vain so far.
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

import { setTimeout as sleep } from 'node:timers/promises';
import { formatSeconds, type Operation } from '@istio-ci/kit';
import pRetry from 'p-retry';

/** A failure that may be gone on the next attempt. */
export class TransientError extends Error {
  /** What the registry asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransientError';
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Milliseconds before the second, third, … attempt (release.md F2). */
export const retryDelaysMs: readonly number[] = [1000, 3000, 9000, 27_000];
const longestRetryAfterMs = 5 * 60_000;

/**
 * How long to wait before an attempt, in milliseconds: the schedule's delay ±20 %, or what the registry asked for, where
 * that is longer, up to five minutes (quicker retries make a 429 worse: containerd#10447). `random` is in 0..1. Pure.
 */
export function retryDelay(scheduledMs: number, retryAfterMs: number | undefined, random: number): number {
  const scheduled = Math.round(scheduledMs * (0.8 + 0.4 * random));
  return Math.max(scheduled, Math.min(retryAfterMs ?? 0, longestRetryAfterMs));
}

/** The milliseconds of a Retry-After header: seconds or a date; undefined without a readable one. Pure. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Runs `attempt` again after each {@link TransientError}, as often as there are delays; any other error ends it. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  what: string,
  { signal, progress }: Operation,
  delays: readonly number[],
): Promise<T> {
  return pRetry(attempt, {
    retries: delays.length,
    minTimeout: 0,
    ...(signal ? { signal } : {}),
    shouldRetry: ({ error }) => error instanceof TransientError,
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (!(error instanceof TransientError) || retriesLeft === 0) return;
      const delay = retryDelay(delays[attemptNumber - 1] ?? 0, error.retryAfterMs, Math.random());
      progress?.(`${what}: ${error.message}; again in ${formatSeconds(delay / 1000)}`);
      await sleep(delay, undefined, { signal });
    },
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { formatSeconds, type Operation, retryDelay } from '@istio-ci/kit';
import pRetry from 'p-retry';

/** A failure that may not occur on the next attempt. */
export class TransientError extends Error {
  /** How long the registry asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransientError';
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Milliseconds before the second, third, … attempt. */
export const retryDelaysMs: readonly number[] = [1000, 3000, 9000, 27_000];
const longestRetryAfterMs = 5 * 60_000;

/** Milliseconds before an attempt; the registry's own request counts up to five minutes. Pure. */
export function waitBefore(
  scheduledMs: number,
  { retryAfterMs = 0 }: TransientError,
  random: number,
): number {
  return retryDelay(scheduledMs, Math.min(retryAfterMs, longestRetryAfterMs), random);
}

/**
 * Runs `attempt` again after each {@link TransientError}, as often as there are delays; any other error ends
 * it.
 */
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
      const delay = waitBefore(delays[attemptNumber - 1] ?? 0, error, Math.random());
      progress?.(`${what}: ${error.message}; again in ${formatSeconds(delay / 1000)}`);
      await sleep(delay, undefined, { signal });
    },
  });
}

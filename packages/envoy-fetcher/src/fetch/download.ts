import { setTimeout as delay } from 'node:timers/promises';
import { formatSeconds, type Progress } from '@istio-ci/kit';
import type { Attempt } from '../errors.ts';
import { shownUrl } from './artifacts.ts';
import { type Failure, type Patience, waitBefore } from './retry.ts';

export interface MirrorOptions {
  readonly signal: AbortSignal;
  readonly patience: Patience;
  /** When the whole fetch has to be over, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly progress?: Progress | undefined;
  /** Gets a line for each try that failed. */
  readonly attempts: Attempt[];
}

/**
 * Tries one URL until it has what is wanted, fails for good, or has had its tries.
 * @returns the result, or the last failure
 */
export async function persist<T>(
  url: string,
  options: MirrorOptions,
  once: () => Promise<{ ok: T } | Failure>,
): Promise<{ ok: T } | Failure> {
  const { signal, patience, deadline, progress, attempts } = options;
  for (let tries = 1; ; tries += 1) {
    const result = await once();
    if ('ok' in result) return result;
    attempts.push({ url: shownUrl(url), outcome: result.reason });
    if (result.progressed) tries = 1;
    const wait = waitBefore(result, tries, patience);
    if (wait === undefined || Date.now() + wait >= deadline) return result;
    progress?.(`${shownUrl(url)}: ${result.reason}; again in ${formatSeconds(wait / 1000)}`);
    await delay(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The same outcomes of one URL told once, with their number: a message of forty lines helps nobody. */
export function summarise(attempts: readonly Attempt[]): Attempt[] {
  const counts = new Map<string, Attempt & { times: number }>();
  for (const attempt of attempts) {
    const key = `${attempt.url} ${attempt.outcome}`;
    counts.set(key, { ...attempt, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  return [...counts.values()].map(({ url, outcome, times }) => ({
    url,
    outcome: times === 1 ? outcome : `${outcome} (${times} times)`,
  }));
}

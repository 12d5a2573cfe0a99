import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryDelay, TransientError, withRetries } from './retry.ts';

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it('reads seconds', () => expect(parseRetryAfter('7', now)).toBe(7000));
  it('reads a date', () => expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000));
  it('takes a date that is past for now', () =>
    expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0));
  it('ignores what it cannot read', () => expect(parseRetryAfter('soon', now)).toBeUndefined());
});

describe('retryDelay', () => {
  it('waits as long as the registry asks', () => expect(retryDelay(1000, 7000, 0)).toBe(7000));
  it.each([0, 500])('never comes back sooner than after its own delay, though asked for %i ms', (asked) =>
    expect(retryDelay(1000, asked, 0.5)).toBe(1000),
  );
  it('waits no longer than five minutes', () => expect(retryDelay(1000, 3_600_000, 0)).toBe(300_000));
  it('else spreads the scheduled delay by a fifth', () => {
    expect([retryDelay(1000, undefined, 0), retryDelay(1000, undefined, 1)]).toEqual([800, 1200]);
  });
});

describe('withRetries', () => {
  const failing = (times: number, error: Error) => {
    let attempts = 0;
    return {
      attempt: async () => {
        attempts += 1;
        if (attempts <= times) throw error;
        return attempts;
      },
      attempts: () => attempts,
    };
  };

  it('tries again after trouble that may pass', async () => {
    const { attempt } = failing(2, new TransientError('503'));
    expect(await withRetries(attempt, 'x', {}, [0, 0, 0])).toBe(3);
  });

  it('gives up after the last delay', async () => {
    const { attempt, attempts } = failing(9, new TransientError('503'));
    await expect(withRetries(attempt, 'x', {}, [0, 0])).rejects.toThrow('503');
    expect(attempts()).toBe(3);
  });

  it('does not try again after anything else', async () => {
    const { attempt, attempts } = failing(9, new Error('denied'));
    await expect(withRetries(attempt, 'x', {}, [0, 0])).rejects.toThrow('denied');
    expect(attempts()).toBe(1);
  });

  it('ends its wait when it is stopped', async () => {
    const stop = new AbortController();
    const { attempt } = failing(9, new TransientError('503', { retryAfterMs: 60_000 }));
    const progress = () => stop.abort(new Error('stopped'));
    await expect(withRetries(attempt, 'x', { signal: stop.signal, progress }, [0])).rejects.toThrow();
    expect(stop.signal.aborted).toBe(true);
  });
});

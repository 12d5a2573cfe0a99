import { describe, expect, it } from 'vitest';
import { TransientError, waitBefore, withRetries } from './retry.ts';

describe('waitBefore', () => {
  const asked = (retryAfterMs: number) => new TransientError('429', { retryAfterMs });
  it('is as long as the registry asks', () => expect(waitBefore(1000, asked(7000), 0)).toBe(7000));
  it('is never longer than five minutes', () => expect(waitBefore(1000, asked(3_600_000), 0)).toBe(300_000));
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

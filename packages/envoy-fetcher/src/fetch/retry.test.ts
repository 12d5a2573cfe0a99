import { describe, expect, it } from 'vitest';
import { answerFailure, defaultPatience as patience, waitBefore } from './retry.ts';

describe('answerFailure', () => {
  it.each([
    [404, '', 'missing'],
    [410, '', 'missing'],
    [400, '<Error><Code>NoSuchKey</Code></Error>', 'missing'],
    [401, '', 'forbidden'],
    [403, '', 'forbidden'],
    [408, '', 'transient'],
    [429, '', 'transient'],
    [500, '', 'transient'],
    [503, '', 'transient'],
    [418, '', 'refused'],
    [204, '', 'refused'],
  ])('treats %i %s as %s', (status, body, kind) => {
    expect(answerFailure(status, undefined, body).kind).toBe(kind);
  });

  it('adds the error code of a bucket to the reason', () => {
    expect(answerFailure(403, undefined, '<Code>AccessDenied</Code>').reason).toBe('HTTP 403, AccessDenied');
  });
});

describe('waitBefore', () => {
  const failure = { kind: 'transient', reason: '' } as const;

  it('doubles the wait, ±20 % at random', () => {
    expect([1, 2, 3].map((tries) => waitBefore(failure, tries, patience, 0.5))).toEqual([1000, 2000, 4000]);
    expect(waitBefore(failure, 1, patience, 0)).toBeCloseTo(800);
    expect(waitBefore(failure, 1, patience, 1)).toBeCloseTo(1200);
  });

  it('stops after the last try, and at once if a try cannot help', () => {
    expect(waitBefore(failure, patience.attempts, patience)).toBeUndefined();
    expect(waitBefore({ ...failure, kind: 'missing' }, 1, patience)).toBeUndefined();
  });

  it('waits as long as the server asks, up to five minutes', () => {
    expect(waitBefore({ ...failure, retryAfterMs: 60_000 }, 1, patience)).toBe(60_000);
    expect(waitBefore({ ...failure, retryAfterMs: 301_000 }, 1, patience)).toBeUndefined();
  });
});

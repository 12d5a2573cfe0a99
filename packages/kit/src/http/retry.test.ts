import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryDelay } from './retry.ts';

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-08-22T10:00:00Z');
  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Sat, 22 Aug 2026 10:00:30 GMT', 30_000],
    ['a date in the past as now', 'Sat, 22 Aug 2026 09:00:00 GMT', 0],
    ['nothing else', 'soon', undefined],
  ])('reads %s', (_, header, ms) => expect(parseRetryAfter(header, now)).toBe(ms));
});

describe('retryDelay', () => {
  it('waits as long as the server asks', () => expect(retryDelay(1000, 7000, 0)).toBe(7000));
  it.each([0, 500])('never waits less than its own delay, though asked for %i ms', (asked) =>
    expect(retryDelay(1000, asked, 0.5)).toBe(1000),
  );
  it('spreads its own delay by a fifth either way', () => {
    expect([retryDelay(1000, undefined, 0), retryDelay(1000, undefined, 1)]).toEqual([800, 1200]);
  });
});

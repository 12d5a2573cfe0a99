import { describe, expect, it } from 'vitest';
import { ratioOf, summarize } from './statistics.ts';

describe('summarize', () => {
  it('returns the middle of an odd number of values', () => {
    expect(summarize([3, 1, 20])).toEqual({ median: 3, min: 1, max: 20 });
  });

  it('returns the mean of the two middle ones of an even number', () => {
    expect(summarize([4, 1, 2, 10])).toEqual({ median: 3, min: 1, max: 10 });
  });

  it('orders numbers by value, not as text', () => {
    expect(summarize([10, 9, 100])).toEqual({ median: 10, min: 9, max: 100 });
  });
});

describe('ratioOf', () => {
  it('compares pair by pair, not median by median', () => {
    expect(ratioOf([100, 400, 90], [50, 100, 30])).toEqual({ median: 3, min: 2, max: 4 });
  });
});

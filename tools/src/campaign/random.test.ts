import { describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';

const some = (seed: number) => Array.from({ length: 1000 }, randomFrom(seed));

describe('randomFrom', () => {
  it('returns the same numbers for the same seed, and others for another', () => {
    expect(some(7)).toEqual(some(7));
    expect(some(7)).not.toEqual(some(8));
  });

  it('spreads them from 0 to 1', () => {
    const tenths = Map.groupBy(some(1), (value) => Math.floor(value * 10));
    expect([...tenths.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

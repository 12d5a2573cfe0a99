import { describe, expect, it } from 'vitest';
import { ticks } from './timeline.ts';

describe('ticks', () => {
  it.each([
    [6.9, [0, 2, 4, 6]],
    [0.3, [0, 0.1, 0.2, 0.30000000000000004]],
    [596, [0, 120, 240, 360, 480]],
    [0, [0]],
  ])('of %d seconds are round and few', (seconds, expected) => {
    expect(ticks(seconds)).toEqual(expected);
  });

  it('stay few for a run of days', () => {
    expect(ticks(400_000).length).toBeLessThanOrEqual(7);
  });
});

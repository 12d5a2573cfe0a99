import { describe, expect, it } from 'vitest';
import { figureLines } from './bench.ts';

describe('figureLines', () => {
  it('shows times in seconds and sizes in bytes, each with its spread', () => {
    const figures = {
      runs: [{}],
      phases: { api: { median: 3500, min: 3000, max: 4000 } },
      ratio: { median: 11, min: 9.5, max: 12.25 },
      idleBytes: { median: 1048576, min: 1048576, max: 2097152 },
    };
    expect(figureLines(figures)).toEqual([
      'api              3.50 s (3.00 s to 4.00 s)',
      'ratio            11.00 times (9.50 times to 12.25 times)',
      'idleBytes        1.0 MiB (1.0 MiB to 2.0 MiB)',
    ]);
  });
});

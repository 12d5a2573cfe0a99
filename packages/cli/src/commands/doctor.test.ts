import { describe, expect, it } from 'vitest';
import { findingLines } from './doctor.ts';

describe('findingLines', () => {
  it('is one line if all is fine', () => {
    expect(findingLines({ check: 'disk', verdict: 'fine', message: '9 GiB left.' })).toEqual([
      'fine     disk           9 GiB left.',
    ]);
  });

  it('is code, sentence and remedy if something is wrong', () => {
    const finding = {
      check: 'disk',
      verdict: 'broken',
      code: 'DISK',
      message: 'Full.',
      remedy: 'Free some.',
    } as const;
    expect(findingLines(finding)).toEqual([
      'broken   disk           DISK: Full.',
      '                        remedy: Free some.',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { formatDate, formatFact, formatMilliseconds } from './format.ts';

describe('formatDate', () => {
  it('is in UTC wherever it runs', () => {
    expect(formatDate('2026-11-22T23:03:05+02:00')).toBe('22 Nov 2026, 21:03:05 UTC');
  });
});

describe('formatMilliseconds', () => {
  it.each([
    [0.4, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [61_000, '1 min 01 s'],
  ])('says %d as %s', (ms, text) => {
    expect(formatMilliseconds(ms)).toBe(text);
  });
});

describe('formatFact', () => {
  it.each([
    ['archiveBytes', 38_412_907, 'archive', '36.6 MiB'],
    ['firstPodSeconds', 1.45, 'first pod', '1.4 s'],
    ['dryRun', true, 'dry run', 'yes'],
    ['images', 4, 'images', '4'],
  ] as const)('says %s %s for people', (name, value, words, text) => {
    expect(formatFact(name, value)).toEqual([words, text]);
  });
});

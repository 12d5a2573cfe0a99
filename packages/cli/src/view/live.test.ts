import { expect, it } from 'vitest';
import { oneLine } from './live.ts';

it('a line on the terminal has no colours, control characters or tabs', () => {
  expect(oneLine('\u001b[31mFAIL\u001b[0m\tpkg\u0007\r', 80)).toBe('FAIL pkg');
});

it('a line on the terminal is the last of several and cut to the width', () => {
  expect(oneLine('first\nabcdefghij', 5)).toBe('abcd…');
});

import { expect, it } from 'vitest';
import { oneLine } from './live.ts';

it('a line on the terminal has no colours of its own, no control characters and no tabs', () => {
  expect(oneLine('\u001b[31mFAIL\u001b[0m\tpkg\u0007\r', 80)).toBe('FAIL pkg');
});

it('a line on the terminal is cut to its width, and of many lines it is the last', () => {
  expect(oneLine('first\nabcdefghij', 5)).toBe('abcd…');
});

import { describe, expect, it } from 'vitest';
import { wholeNumber } from './numbers.ts';

describe('wholeNumber', () => {
  it('takes whole numbers above zero', () => expect(wholeNumber('120')).toBe(120));

  it.each(['0', '-1', '1.5', '1e3', 'ten', '', '99999999999999999999'])('refuses %j', (text) => {
    expect(() => wholeNumber(text)).toThrow('whole number above zero');
  });
});

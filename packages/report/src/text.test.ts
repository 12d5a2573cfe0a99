import { describe, expect, it } from 'vitest';
import { excerpt, printable } from './text.ts';

describe('printable', () => {
  it('takes terminal colours away', () => {
    expect(printable('\u001b[31;1mFAIL\u001b[0m ok')).toBe('FAIL ok');
  });

  it('makes lines of carriage returns', () => {
    expect(printable('10 %\r20 %\r\ndone')).toBe('10 %\n20 %\ndone');
  });

  it('shows that there is something which cannot be seen', () => {
    expect(printable('a\u0000b\u202ec\ud800d\te\n')).toBe('a\ufffdb\ufffdc\ufffdd\te\n');
  });
});

describe('excerpt', () => {
  it('leaves a short text as it is', () => {
    expect(excerpt('\n\na\n  b\n')).toBe('a\n  b');
  });

  it('keeps the last lines and says how many came before', () => {
    expect(excerpt('a\nb\nc', { lines: 2 })).toBe('(1 line before)\nb\nc');
  });

  it('keeps whole lines within the number of characters', () => {
    expect(excerpt('aaaa\nbbbb\ncc', { characters: 7 })).toBe('(1 line before)\nbbbb\ncc');
  });

  it('cuts a line that is longer than everything allowed', () => {
    expect(excerpt('x'.repeat(50), { characters: 5 })).toBe('xxxxx');
  });
});

import { describe, expect, it } from 'vitest';
import { CiError, causesOf, messageOf } from './errors.ts';

describe('CiError', () => {
  it('takes its exit code from its kind', () => {
    expect(new CiError({ code: 'X', kind: 'registry', message: 'm', remedy: 'r' }).exitCode).toBe(6);
  });

  it('keeps the exit code of a child process if it is given', () => {
    expect(new CiError({ code: 'X', kind: 'failed', message: 'm', remedy: 'r', exitCode: 77 }).exitCode).toBe(
      77,
    );
  });
});

describe('causesOf', () => {
  it('lists the causes nearest first', () => {
    const root = new Error('disk is full');
    const middle = new Error('cannot write the layer', { cause: root });
    expect(causesOf(new Error('the build failed', { cause: middle }))).toEqual([
      'cannot write the layer',
      'disk is full',
    ]);
  });

  it('leaves out a cause that the sentence before already quotes', () => {
    const root = new Error('disk is full');
    expect(causesOf(new Error('cannot write: disk is full', { cause: root }))).toEqual([]);
  });
});

describe('messageOf', () => {
  it('accepts anything that can be thrown', () => {
    expect(messageOf('text')).toBe('text');
  });
});

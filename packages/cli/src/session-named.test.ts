import { describe, expect, it } from 'vitest';
import { chooseSession } from './session-named.ts';

const one = [{ name: 'one' }];
const two = [...one, { name: 'pr-12-3-a33cc1' }];

describe('chooseSession', () => {
  it('takes the one that is named', () => expect(chooseSession(two, 'one').name).toBe('one'));

  it('takes the only one where none is named', () => expect(chooseSession(one).name).toBe('one'));

  it('guesses at none of several', () => {
    expect(() => chooseSession(two)).toThrow(
      expect.objectContaining({ code: 'SESSION_UNCLEAR', remedy: 'Name one of one, pr-12-3-a33cc1.' }),
    );
  });

  it('says how to make one where there is none', () => {
    expect(() => chooseSession([])).toThrow(expect.objectContaining({ code: 'SESSION_NONE' }));
  });

  it('takes no other for one that is not there', () => {
    expect(() => chooseSession(one, 'two')).toThrow(
      expect.objectContaining({ code: 'SESSION_UNKNOWN', remedy: 'Name one of one.' }),
    );
  });
});

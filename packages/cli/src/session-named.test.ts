import { describe, expect, it } from 'vitest';
import { chooseSession } from './session-named.ts';

const one = [{ name: 'one' }];
const two = [...one, { name: 'pr-12-3-a33cc1' }];

describe('chooseSession', () => {
  it('chooses the session that is named', () => expect(chooseSession(two, 'one').name).toBe('one'));

  it('chooses the only session without a name', () => expect(chooseSession(one).name).toBe('one'));

  it('refuses to choose among several', () => {
    expect(() => chooseSession(two)).toThrow(
      expect.objectContaining({ code: 'SESSION_UNCLEAR', remedy: 'Name one of one, pr-12-3-a33cc1.' }),
    );
  });

  it('says how to start one if there is none', () => {
    expect(() => chooseSession([])).toThrow(expect.objectContaining({ code: 'SESSION_NONE' }));
  });

  it('chooses no other for one that does not exist', () => {
    expect(() => chooseSession(one, 'two')).toThrow(
      expect.objectContaining({ code: 'SESSION_UNKNOWN', remedy: 'Name one of one.' }),
    );
  });
});

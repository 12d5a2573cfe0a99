import { describe, expect, it } from 'vitest';
import { booleanVariable, childEnv } from './environment.ts';

describe('childEnv', () => {
  const from = { PATH: '/bin', SECRET: 's3cret', HUB: 'acme' };

  it('passes only what is on the list', () => {
    expect(childEnv({}, [], from)).toEqual({ PATH: '/bin' });
  });

  it('passes what the caller allows by name', () => {
    expect(childEnv({}, ['HUB'], from)).toEqual({ PATH: '/bin', HUB: 'acme' });
  });

  it('prefers what the caller sets to what is inherited', () => {
    expect(childEnv({ PATH: '/usr/bin' }, [], from)).toEqual({ PATH: '/usr/bin' });
  });

  it('removes a variable that the caller sets to undefined', () => {
    expect(childEnv({ PATH: undefined }, [], from)).toEqual({});
  });
});

describe('booleanVariable', () => {
  const read = (text: string | undefined) => booleanVariable('DRY', { DRY: text });

  it('understands what people and CI systems write for yes and no', () => {
    expect(['true', 'yes', '1', 'True', ' YES '].map(read)).toEqual([true, true, true, true, true]);
    expect(['false', 'no', '0', 'False'].map(read)).toEqual([false, false, false, false]);
  });

  it('is undefined if the variable is not set or empty', () => {
    expect([undefined, '', ' '].map(read)).toEqual([undefined, undefined, undefined]);
  });

  it.each(['ture', 'on', '2', 'dry'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(`DRY is "${text}", which is neither yes nor no.`);
  });
});

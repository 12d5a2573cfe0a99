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

  it('lets what the caller sets win over what is inherited', () => {
    expect(childEnv({ PATH: '/usr/bin' }, [], from)).toEqual({ PATH: '/usr/bin' });
  });

  it('removes a variable that the caller sets to undefined', () => {
    expect(childEnv({ PATH: undefined }, [], from)).toEqual({});
  });
});

describe('booleanVariable', () => {
  const read = (text: string | undefined) => booleanVariable('DRY', { DRY: text });

  it('takes what people and CI systems write for yes and no', () => {
    expect(['true', 'yes', '1', 'True', ' YES '].map(read)).toEqual([true, true, true, true, true]);
    expect(['false', 'no', '0', 'False'].map(read)).toEqual([false, false, false, false]);
  });

  it('is undefined where nobody said anything', () => {
    expect([undefined, '', ' '].map(read)).toEqual([undefined, undefined, undefined]);
  });

  it.each(['ture', 'on', '2', 'dry'])('takes %s for neither', (text) => {
    expect(() => read(text)).toThrow(`DRY is "${text}", which is neither yes nor no.`);
  });
});

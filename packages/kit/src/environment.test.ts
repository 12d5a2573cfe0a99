import { describe, expect, it } from 'vitest';
import { childEnv } from './environment.ts';

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

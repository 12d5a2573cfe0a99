import Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { publishedAt } from './address.ts';

describe('publishedAt', () => {
  it.each([
    ['a socket', { socketPath: '/run/docker.sock' }, { host: '127.0.0.1', local: true }],
    ['loopback', { host: '127.0.0.1', port: 2375 }, { host: '127.0.0.1', local: true }],
    ['another machine', { host: 'build.example', port: 2375 }, { host: 'build.example', local: false }],
    ['an IPv6 address', { host: '[fd00::2]', port: 2375 }, { host: 'fd00::2', local: false }],
  ])('reads %s', (_, options, address) => {
    expect(publishedAt(new Docker(options))).toEqual(address);
  });
});

import { describe, expect, it } from 'vitest';
import { type ClusterOptions, clusterContainer } from './cluster-container.ts';

const mark = { name: 'a', id: 'i', creator: '1 2 b h', createdAt: new Date(0) };
const on = (address: { host: string; local: boolean }, more: Partial<ClusterOptions> = {}) =>
  clusterContainer({ image: 'node:1', ...more }, { mark, network: 'net', address, env: { A: 'b' } });

describe('clusterContainer', () => {
  it('is removed by the engine with its volumes when it ends', () => {
    expect(on({ host: '127.0.0.1', local: true }).HostConfig?.AutoRemove).toBe(true);
  });

  it('is called kubernetes on its network and by its own host name', () => {
    const { Hostname, NetworkingConfig } = on({ host: '127.0.0.1', local: true });
    expect([Hostname, NetworkingConfig]).toEqual([
      'kubernetes',
      { EndpointsConfig: { net: { Aliases: ['kubernetes'] } } },
    ]);
  });

  const here = { host: '127.0.0.1', local: true };
  const there = { host: 'build.example', local: false };
  const published = (...request: Parameters<typeof on>) =>
    Object.entries(
      (on(...request).HostConfig?.PortBindings ?? {}) as Record<string, { HostIp: string }[]>,
    ).map(([port, [binding]]) => `${binding?.HostIp}:${port}`);

  it('publishes the API server on loopback, or on another machine on its addresses', () => {
    expect(published(here)).toEqual(['127.0.0.1:8443/tcp']);
    expect(published(there)).toEqual([':8443/tcp']);
  });

  it('publishes a Docker that asks for certificates, wherever it is', () => {
    expect(published(here, { dockerTls: true })).toEqual(['127.0.0.1:8443/tcp', '127.0.0.1:2376/tcp']);
    expect(published(there, { dockerTls: true })).toEqual([':8443/tcp', ':2376/tcp']);
  });

  it('publishes an open Docker only where that is asked for, and on loopback only', () => {
    expect(published(here, { publishDocker: true })).toContain('127.0.0.1:2375/tcp');
    expect(published(there, { publishDocker: true })).toEqual([':8443/tcp']);
  });
});

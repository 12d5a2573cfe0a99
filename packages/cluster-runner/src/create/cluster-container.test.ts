import { describe, expect, it } from 'vitest';
import { clusterContainer } from './cluster-container.ts';

const mark = { name: 'a', id: 'i', creator: '1 2 b h', createdAt: new Date(0) };
const on = (address: { host: string; local: boolean }) =>
  clusterContainer({ image: 'node:1' }, { mark, network: 'net', address, env: { A: 'b' } });

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

  it('publishes the API server, but not the open Docker port, on another machine', () => {
    expect(on({ host: 'build.example', local: false }).HostConfig?.PortBindings).toEqual({
      '8443/tcp': [{ HostIp: '', HostPort: '' }],
    });
  });
});

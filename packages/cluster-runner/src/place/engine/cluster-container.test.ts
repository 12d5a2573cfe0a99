import { describe, expect, it } from 'vitest';
import { clusterPlan } from '../../create/plan.ts';
import { loopback } from './address.ts';
import { clusterContainer } from './cluster-container.ts';

const labels = { name: 'a', id: 'i', creator: '1 2 b h', createdAt: new Date(0) };
type Request = Partial<Parameters<typeof clusterPlan>[0]>;
const on = (address: { host: string; local: boolean }, more: Request = {}) =>
  clusterContainer(clusterPlan({ image: 'node:1', ...more }, labels, { A: 'b' }), {
    network: 'net',
    address,
  });

describe('clusterContainer', () => {
  it('is removed by the engine with its volumes when it ends', () => {
    expect(on(loopback).HostConfig?.AutoRemove).toBe(true);
  });

  it('is called kubernetes on its network and by its own host name', () => {
    const { Hostname, NetworkingConfig } = on(loopback);
    expect([Hostname, NetworkingConfig]).toEqual([
      'kubernetes',
      { EndpointsConfig: { net: { Aliases: ['kubernetes'] } } },
    ]);
  });

  const there = { host: 'build.example', local: false };
  const published = (...request: Parameters<typeof on>) =>
    Object.entries(
      (on(...request).HostConfig?.PortBindings ?? {}) as Record<string, { HostIp: string }[]>,
    ).map(([port, [binding]]) => `${binding?.HostIp}:${port}`);

  it('publishes the API server on loopback, or on another machine on its addresses', () => {
    expect(published(loopback)).toEqual(['127.0.0.1:8443/tcp']);
    expect(published(there)).toEqual([':8443/tcp']);
  });

  it('publishes a Docker that asks for certificates, on any machine', () => {
    expect(published(loopback, { dockerTls: true })).toEqual(['127.0.0.1:8443/tcp', '127.0.0.1:2376/tcp']);
    expect(published(there, { dockerTls: true })).toEqual([':8443/tcp', ':2376/tcp']);
  });

  it('publishes an open Docker only if that is asked for, and on loopback only', () => {
    expect(published(loopback, { publishDocker: true })).toContain('127.0.0.1:2375/tcp');
    expect(published(there, { publishDocker: true })).toEqual([':8443/tcp']);
  });
});

import type { ContainerInfo } from 'dockerode';
import { describe, expect, it } from 'vitest';
import { label, labelsFor, type SessionLabels } from '../../labels.ts';
import { loopback } from './address.ts';
import { placedFrom } from './list.ts';

const labelsOf = (name: string, more: Partial<SessionLabels> = {}): SessionLabels => ({
  name,
  id: 'id',
  creator: '1 2 boot host',
  createdAt: new Date('2026-11-23T12:00:00Z'),
  ...more,
});
const container = (name: string, labels: Record<string, string>, State = 'running') =>
  ({
    Id: 'c',
    Names: [`/${name}`],
    Image: 'node:1',
    Labels: labels,
    State,
    Ports: [
      { IP: '127.0.0.1', PrivatePort: 8443, PublicPort: 30001, Type: 'tcp' },
      { IP: '::1', PrivatePort: 8443, PublicPort: 30001, Type: 'tcp' },
      { PrivatePort: 2376, Type: 'tcp' },
    ],
    NetworkSettings: { Networks: { net: {} } },
  }) as unknown as ContainerInfo;

describe('placedFrom', () => {
  it('is plain data of containers, networks and volumes', () => {
    const labels = labelsFor(labelsOf('a'), 'cluster');
    const network = labelsFor(labelsOf('a'), 'network');
    expect(placedFrom([container('k8s-a', labels)], [network], loopback)).toEqual([
      {
        labels,
        container: {
          id: 'c',
          image: 'node:1',
          state: 'running',
          network: 'net',
          ports: { 8443: 30001 },
          host: '127.0.0.1',
          local: true,
        },
      },
      { labels: network },
    ]);
  });

  it.each([
    ['created', 'created'],
    ['running', 'running'],
    ['restarting', 'running'],
    ['paused', 'frozen'],
    ['exited', 'ended'],
    ['removing', 'ended'],
    ['dead', 'ended'],
  ])('calls a container that the engine calls %s %s', (state, expected) => {
    const [placed] = placedFrom([container('k8s-a', {}, state)], [], loopback);
    expect(placed?.container?.state).toBe(expected);
  });
});

describe('placedFrom, for a cluster of the pool', () => {
  const warm = labelsOf('pool-1', { pool: 'key', leaseEndsAt: new Date('2026-11-23T20:00:00Z') });
  const cluster = { ...labelsFor(warm, 'cluster'), [label.dockerTls]: 'true' };
  const own = labelsOf('build', {
    owner: '7 8 boot host',
    createdAt: new Date('2026-11-23T13:00:00Z'),
    leaseEndsAt: new Date('2026-11-23T15:00:00Z'),
  });

  it('says that it is warm until it is handed out', () => {
    const volume = labelsFor(warm, 'volume');
    const [placed] = placedFrom([container('k8s-pool-1', cluster)], [volume], loopback);
    expect(placed?.labels).toEqual(cluster);
  });

  it('has the labels of the session that it was handed out to, on everything of it', () => {
    const others = [labelsFor(warm, 'network'), labelsFor(warm, 'volume'), labelsFor(own, 'volume')];
    const placed = placedFrom([container('k8s-build', cluster)], others, loopback);
    expect(placed.map(({ labels }) => labels)).toEqual([
      { ...labelsFor(own, 'cluster'), [label.dockerTls]: 'true' },
      labelsFor(own, 'network'),
      labelsFor(own, 'volume'),
      labelsFor(own, 'volume'),
    ]);
  });

  it('has the name of its session as soon as its container has, before the volume is there', () => {
    const [placed] = placedFrom([container('k8s-build', cluster)], [], loopback);
    expect(placed?.labels[label.session]).toBe('build');
    expect(placed?.labels).not.toHaveProperty([label.pool]);
  });
});

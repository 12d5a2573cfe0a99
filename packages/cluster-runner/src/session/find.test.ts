import { describe, expect, it } from 'vitest';
import { label, labelsFor, type SessionLabels } from '../labels.ts';
import type { Placed, PlacedContainer } from '../place/place.ts';
import { sessionsFrom } from './find.ts';

const labelsOf = (name: string, more: Partial<SessionLabels> = {}): SessionLabels => ({
  name,
  id: `id-${name}`,
  creator: '1 2 boot host',
  createdAt: new Date('2026-11-23T12:00:00Z'),
  ...more,
});
const container = (id: string, more: Partial<PlacedContainer> = {}): PlacedContainer => ({
  id,
  image: 'node:1',
  state: 'running',
  network: 'istio-ci-a',
  ports: { 8443: 30001, 2375: 30002 },
  host: '127.0.0.1',
  local: true,
  ...more,
});
const cluster = (name: string, more: Partial<SessionLabels> = {}): Placed => ({
  labels: labelsFor(labelsOf(name, more), 'cluster'),
  container: container(`container-of-${name}`),
});
const there = { host: 'build.example', local: false };

describe('sessionsFrom', () => {
  it('reads a session from its labels and ports', () => {
    const leaseEndsAt = new Date('2026-11-23T14:00:00Z');
    const network = { labels: labelsFor(labelsOf('a'), 'network') };
    expect(sessionsFrom([network, cluster('a', { owner: '7 8 boot host', leaseEndsAt })])).toEqual([
      {
        name: 'a',
        id: 'id-a',
        network: 'istio-ci-a',
        container: 'container-of-a',
        image: 'node:1',
        apiServer: { host: '127.0.0.1', port: 30001 },
        dockerHost: 'tcp://127.0.0.1:30002',
        dockerTls: false,
        services: [],
        createdAt: new Date('2026-11-23T12:00:00Z'),
        leaseEndsAt,
        owner: 7,
      },
    ]);
  });

  it('knows the release of Kubernetes by the label of the image', () => {
    const { labels, ...rest } = cluster('a');
    const labelled = { ...rest, labels: { ...labels, 'dev.istio-ci.kubernetes': '1.35.4' } };
    expect(sessionsFrom([labelled])[0]?.kubernetes).toBe('1.35.4');
  });

  it('adds the services of the same session and of no other', () => {
    const service = (session: string): Placed => ({
      labels: { ...labelsFor(labelsOf(session), 'service'), [label.service]: 'mirror' },
      container: container(`mirror-of-${session}`, { ports: { 80: 30003 } }),
    });
    const [a] = sessionsFrom([cluster('a'), service('b'), service('a')]);
    expect(a?.services).toEqual([{ name: 'mirror', container: 'mirror-of-a', ports: { 80: 30003 } }]);
  });

  it('names another machine, and no open Docker port on it', () => {
    const { labels } = cluster('a');
    const [a] = sessionsFrom([{ labels, container: container('c', there) }]);
    expect([a?.apiServer, a?.dockerHost]).toEqual([{ host: 'build.example', port: 30001 }, undefined]);
  });

  it("knows from its label that a session's Docker asks for certificates", () => {
    const labels = { ...cluster('a').labels, [label.dockerTls]: 'true' };
    const [a] = sessionsFrom([{ labels, container: container('c', { ...there, ports: { 2376: 30005 } }) }]);
    expect([a?.dockerTls, a?.dockerHost]).toEqual([true, 'tcp://build.example:30005']);
  });

  it('leaves out warm clusters of the pool', () => {
    expect(sessionsFrom([cluster('p', { pool: 'key' })])).toEqual([]);
  });

  it('lists the oldest first', () => {
    const young = cluster('a');
    const old = cluster('b', { createdAt: new Date('2026-11-22') });
    expect(sessionsFrom([young, old]).map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

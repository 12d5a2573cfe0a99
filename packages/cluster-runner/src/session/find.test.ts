import type { ContainerInfo } from 'dockerode';
import { describe, expect, it } from 'vitest';
import { label, labelsFor, type SessionMark } from '../labels.ts';
import { hostUrl, sessionsFrom } from './find.ts';

const local = { host: '127.0.0.1', local: true };
const mark = (name: string, more: Partial<SessionMark> = {}): SessionMark => ({
  name,
  id: `id-${name}`,
  creator: '1 2 boot host',
  createdAt: new Date('2026-11-23T12:00:00Z'),
  ...more,
});
const container = (name: string, labels: Record<string, string>, ports: [number, number][] = []) =>
  ({
    Id: `container-of-${name}`,
    Names: [`/${name}`],
    Image: 'node:1',
    Labels: labels,
    Created: 0,
    Ports: ports.map(([PrivatePort, PublicPort]) => ({
      IP: '127.0.0.1',
      PrivatePort,
      PublicPort,
      Type: 'tcp',
    })),
    NetworkSettings: { Networks: { 'istio-ci-a': {} } },
  }) as unknown as ContainerInfo;
const cluster = (name: string, more: Partial<SessionMark> = {}) =>
  container(`k8s-${name}`, labelsFor(mark(name, more), 'cluster'), [
    [8443, 30001],
    [2375, 30002],
  ]);

describe('sessionsFrom', () => {
  it('reads a session from its labels and ports', () => {
    const leaseEndsAt = new Date('2026-11-23T14:00:00Z');
    expect(sessionsFrom([cluster('a', { owner: '7 8 boot host', leaseEndsAt })], local)).toEqual([
      {
        name: 'a',
        id: 'id-a',
        network: 'istio-ci-a',
        container: 'container-of-k8s-a',
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

  it('tells lease, owner and age of one that was handed out by its own volume, not by the cluster that stood by', () => {
    const standby = cluster('a', {
      pool: 'key',
      name: 'pool-b',
      leaseEndsAt: new Date('2026-11-23T20:00:00Z'),
    });
    const [createdAt, leaseEndsAt] = [new Date('2026-11-23T13:00:00Z'), new Date('2026-11-23T15:00:00Z')];
    const Labels = labelsFor(
      mark('a', { id: 'id-a', owner: '7 8 boot host', createdAt, leaseEndsAt }),
      'volume',
    );
    const [session] = sessionsFrom([standby], local, [{ Labels: { ...standby.Labels } }, { Labels }]);
    expect(session).toMatchObject({ name: 'a', owner: 7, createdAt, leaseEndsAt });
  });

  it('knows the release of Kubernetes by the label of the image', () => {
    const labels = { ...labelsFor(mark('a'), 'cluster'), 'dev.istio-ci.kubernetes': '1.35.4' };
    expect(sessionsFrom([container('k8s-a', labels)], local)[0]?.kubernetes).toBe('1.35.4');
  });

  it('adds the services of the same session and of no other', () => {
    const service = (session: string) =>
      container(`m-${session}`, { ...labelsFor(mark(session), 'service'), [label.service]: 'mirror' }, [
        [80, 30003],
      ]);
    const [a] = sessionsFrom([cluster('a'), service('b'), service('a')], local);
    expect(a?.services).toEqual([{ name: 'mirror', container: 'container-of-m-a', ports: { 80: 30003 } }]);
  });

  it('names the machine of a remote engine, and no open Docker port on it', () => {
    const [a] = sessionsFrom([cluster('a')], { host: 'build.example', local: false });
    expect([a?.apiServer, a?.dockerHost]).toEqual([{ host: 'build.example', port: 30001 }, undefined]);
  });

  it("knows from its label that a session's Docker asks for certificates", () => {
    const labels = { ...labelsFor(mark('a'), 'cluster'), [label.dockerTls]: 'true' };
    const secured = container('k8s-a', labels, [[2376, 30005]]);
    const [a] = sessionsFrom([secured], { host: 'build.example', local: false });
    expect([a?.dockerTls, a?.dockerHost]).toEqual([true, 'tcp://build.example:30005']);
  });

  it('leaves out clusters that stand by in the pool', () => {
    expect(sessionsFrom([cluster('p', { pool: 'key' })], local)).toEqual([]);
  });

  it('knows a cluster that the pool handed out by the name of its container', () => {
    const handedOut = container('k8s-build-1', labelsFor(mark('p', { pool: 'key' }), 'cluster'));
    expect(sessionsFrom([handedOut], local).map(({ name }) => name)).toEqual(['build-1']);
  });

  it('lists the oldest first', () => {
    const young = cluster('a');
    const old = cluster('b', { createdAt: new Date('2026-11-22') });
    expect(sessionsFrom([young, old], local).map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('hostUrl', () => {
  const session = { services: [{ name: 'mirror', container: 'c', ports: { 8080: 30003, 80: 30004 } }] };

  it("turns a service's address into the published one", () => {
    expect(hostUrl(session, 'http://mirror:8080/x?y=1')).toBe('http://127.0.0.1:30003/x?y=1');
  });

  it("knows the scheme's own port", () => {
    expect(hostUrl(session, 'http://mirror/x')).toBe('http://127.0.0.1:30004/x');
  });

  it.each(['http://mirror:9/x', 'https://example.org:8080/x'])('leaves %s alone', (url) => {
    expect(hostUrl(session, url)).toBe(url);
  });
});

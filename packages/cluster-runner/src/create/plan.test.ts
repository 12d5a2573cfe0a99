import { describe, expect, it } from 'vitest';
import type { SessionRequest } from '../types.ts';
import { sessionPlan } from './plan.ts';

const labels = { name: 'a', id: 'i', creator: '1 2 b h', createdAt: new Date(0) };
const plan = (more: Partial<SessionRequest> = {}) =>
  sessionPlan({ image: 'node:1', ...more }, labels, { env: {}, files: [] });

describe('sessionPlan', () => {
  it('names everything after the session', () => {
    const { network, cluster, services } = plan({ services: [{ name: 'mirror', image: 'm:1' }] });
    expect([network.name, cluster.name, services[0]?.name]).toEqual([
      'istio-ci-a',
      'k8s-a',
      'istio-ci-mirror-a',
    ]);
  });

  it('gives everything the id of the session and its role', () => {
    const { network, cluster, services } = plan({ services: [{ name: 'mirror', image: 'm:1' }] });
    const all = [network.labels, cluster.labels, cluster.dataLabels, services[0]?.labels];
    expect(all.map((each) => each?.['dev.istio-ci.id'])).toEqual(['i', 'i', 'i', 'i']);
    expect(all.map((each) => each?.['dev.istio-ci.role'])).toEqual([
      'network',
      'cluster',
      'volume',
      'service',
    ]);
  });

  it('is plain data: it survives JSON', () => {
    const whole = plan({ limits: { cpus: 2 }, services: [{ name: 'm', image: 'm:1', command: ['x'] }] });
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
  });

  it.each([
    [{}, [8443], []],
    [{ dockerTls: true }, [8443, 2376], []],
    [{ publishDocker: true }, [8443], [2375]],
    [{ publish: false, dockerTls: true, publishDocker: true }, [], []],
  ])('publishes the ports that %j asks for', (request, ports, localPorts) => {
    expect(plan(request).cluster).toMatchObject({ ports, localPorts });
  });
});

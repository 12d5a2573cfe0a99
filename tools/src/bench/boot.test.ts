import { describe, expect, it } from 'vitest';
import { summarizeBoots } from './boot.ts';
import { compared } from './compare.ts';

const measured = (ms: number, bootstrapper = 'native') => ({
  boot: {
    bootstrapper,
    standby: false,
    phases: [{ name: 'etcd', startedMs: 0, finishedMs: ms }],
    readyMs: ms + 10,
    totalMs: ms + 20,
  },
  removalMs: 5,
});

describe('summarizeBoots', () => {
  it('summarizes phases and totals', () => {
    expect(summarizeBoots([measured(100), measured(300), measured(200)])).toMatchObject({
      phases: { etcd: { median: 200, min: 100, max: 300 } },
      ready: { median: 210 },
      total: { median: 220 },
      removal: { median: 5 },
    });
  });
});

describe('compared', () => {
  it('has the figures of both, and the ratio of the first to the second, pair by pair', () => {
    const minikube = [measured(390, 'minikube'), measured(990, 'minikube')];
    expect(compared({ minikube, native: [measured(90), measured(190)] })).toMatchObject({
      boots: { minikube: { ready: { min: 400, max: 1000 } }, native: { ready: { min: 100, max: 200 } } },
      ratio: { median: 4.5, min: 4, max: 5 },
    });
  });
});

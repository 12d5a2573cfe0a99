import { describe, expect, it } from 'vitest';
import { summarizeBoots } from './boot.ts';

const boot = (ms: number) => ({
  bootstrapper: 'native',
  standby: false,
  phases: [{ name: 'etcd', startedMs: 0, finishedMs: ms }],
  readyMs: ms + 10,
  totalMs: ms + 20,
});

describe('summarizeBoots', () => {
  it('sums up phases and totals', () => {
    expect(summarizeBoots([boot(100), boot(300), boot(200)])).toMatchObject({
      phases: { etcd: { median: 200, min: 100, max: 300 } },
      ready: { median: 210 },
      total: { median: 220 },
    });
  });
});

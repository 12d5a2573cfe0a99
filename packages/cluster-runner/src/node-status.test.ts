import { describe, expect, it } from 'vitest';
import { bootTimeline, missingPhases, nodeStatusSchema } from './node-status.ts';

const status = nodeStatusSchema.parse({
  bootstrapper: 'native',
  ready: false,
  phases: [
    { name: 'etcd', state: 'done', startedMs: 10, finishedMs: 400, detail: '' },
    { name: 'api', state: 'running', startedMs: 400, finishedMs: null, detail: 'readyz: 500' },
    { name: 'dns', state: 'pending', startedMs: null, finishedMs: null, detail: '' },
  ],
  failed: null,
  lease: { seconds: 60, endsMs: 60000, endsAt: '2026-11-23T12:00:00Z' },
});

describe('node status', () => {
  it('names the phases that are missing', () => {
    expect(missingPhases(status)).toEqual(['api', 'dns']);
  });

  it('becomes a timeline', () => {
    const done = { ...status, phases: status.phases.slice(0, 1) };
    expect(bootTimeline(done, { totalMs: 900, standby: false })).toEqual({
      bootstrapper: 'native',
      phases: [{ name: 'etcd', startedMs: 10, finishedMs: 400 }],
      readyMs: 400,
      totalMs: 900,
      standby: false,
    });
  });
});

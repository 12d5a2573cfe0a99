import { describe, expect, it } from 'vitest';
import type { PlaceFacts } from '../place/place.ts';
import { requireSound } from './finding.ts';
import { judgeEngine } from './judge-engine.ts';

const GiB = 1024 ** 3;
const healthy: PlaceFacts = {
  version: '26.1.5+dfsg1',
  storageDriver: 'overlay2',
  cgroupVersion: '2',
  rootless: false,
  memoryBytes: 8 * GiB,
  availableBytes: 4 * GiB,
  diskBytes: 40 * GiB,
  inotifyInstances: 8192,
  dataRoot: '/var/lib/docker',
  clockAheadMs: 0,
  details: {},
};

describe('judgeEngine', () => {
  it('has one good finding per check if nothing is wrong', () => {
    const findings = judgeEngine(healthy, '1.37.2');
    expect(findings.map(({ verdict }) => verdict)).toEqual(Array(7).fill('fine'));
    expect(new Set(findings.map(({ check }) => check)).size).toBe(7);
  });

  it.each<[string, Partial<PlaceFacts>, string]>([
    ['ENGINE_TOO_OLD', { version: '19.03.15' }, 'broken'],
    ['ENGINE_OTHER', { otherEngine: 'Podman Engine' }, 'warning'],
    ['ENGINE_ROOTLESS', { rootless: true }, 'warning'],
    ['STORAGE_DRIVER', { storageDriver: 'vfs' }, 'warning'],
    ['CGROUP_V1', { cgroupVersion: '1' }, 'warning'],
    ['CGROUP_NONE', { cgroupVersion: '' }, 'broken'],
    ['INOTIFY_LOW', { inotifyInstances: 128 }, 'warning'],
    ['MEMORY_TOO_SMALL', { memoryBytes: GiB / 2 }, 'broken'],
    ['MEMORY_LOW', { availableBytes: GiB / 2 }, 'warning'],
    ['DISK_TOO_SMALL', { diskBytes: 1000 }, 'broken'],
    ['DISK_LOW', { diskBytes: 5 * GiB }, 'warning'],
    ['CLOCK_OFF', { clockAheadMs: -60_000 }, 'warning'],
    ['CLOCK_WRONG', { clockAheadMs: 2 * 60 * 60_000 }, 'broken'],
  ])('%s: %j is %s, and nothing else is', (code, change, verdict) => {
    const wrong = judgeEngine({ ...healthy, ...change }, '1.37.2').filter((one) => one.verdict !== 'fine');
    expect(wrong).toEqual([
      {
        check: expect.any(String),
        verdict,
        code,
        message: expect.stringMatching(/^[A-Z].*\.$/),
        remedy: expect.any(String),
      },
    ]);
  });

  it('lets an older Kubernetes run on cgroup v1 without a word', () => {
    const [, , cgroup] = judgeEngine({ ...healthy, cgroupVersion: '1' }, '1.34.4');
    expect(cgroup).toMatchObject({ check: 'cgroup', verdict: 'fine' });
  });

  it('judges nothing that it does not know', () => {
    const { version, storageDriver, cgroupVersion, rootless, dataRoot, details } = healthy;
    const known = { version, storageDriver, cgroupVersion, rootless, dataRoot, details };
    expect(judgeEngine(known, '1.37.2').map(({ verdict }) => verdict)).toEqual(Array(7).fill('fine'));
  });

  it('reports in which direction a clock is off', () => {
    const message = (clockAheadMs: number) =>
      judgeEngine({ ...healthy, clockAheadMs }, '1.37.2').find(({ check }) => check === 'time')?.message;
    expect(message(90_000)).toContain('1 min 30 s ahead of');
    expect(message(-90_000)).toContain('1 min 30 s behind');
  });
});

describe('requireSound', () => {
  const room = (facts: Partial<PlaceFacts>, limits = {}) =>
    requireSound(judgeEngine({ ...healthy, ...facts }, '1.37.2', limits));

  it('accepts a cluster if there is room', () => expect(() => room({})).not.toThrow());

  it('accepts it despite a warning', () => expect(() => room({ diskBytes: 2 * GiB })).not.toThrow());

  it('names the memory that there is and that is needed', () => {
    expect(() => room({ memoryBytes: GiB / 2 })).toThrow(/512\.0 MiB.*1\.0 GiB/);
  });

  it('counts a limit that the caller sets as the memory there is', () => {
    expect(() => room({}, { memoryBytes: GiB / 4 })).toThrow(/256\.0 MiB/);
  });

  it('throws a broken finding as a cluster error', () => {
    expect(() => room({ diskBytes: 1000 })).toThrow(
      expect.objectContaining({
        code: 'DISK_TOO_SMALL',
        exitCode: 8,
        remedy: expect.stringContaining('prune'),
      }),
    );
  });
});

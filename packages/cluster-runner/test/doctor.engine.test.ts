import { CiError } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import type { DoctorRequest } from '../src/doctor/doctor.ts';
import { examine, listSessions, openPlace } from '../src/index.ts';
import { brokenImage, engine, image, place } from './harness.ts';

const ask = async (more: Partial<DoctorRequest> = {}) => {
  const findings = await examine({ open: openPlace, image, kubernetes: '1.37', ...more });
  return { findings, broken: findings.filter(({ verdict }) => verdict === 'broken') };
};

describe('the doctor', () => {
  it('finds nothing broken if clusters boot, and leaves no container', async () => {
    const before = await listSessions(place);
    const { findings, broken } = await ask();
    expect(broken).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['engine', 'cgroup', 'disk', 'dns', 'proxy', 'tproxy', 'overlay', 'node']),
    );
    const ours = (await listSessions(place)).filter(({ owner }) => owner === process.pid);
    expect(ours.filter(({ id }) => !before.some((session) => session.id === id))).toEqual([]);
  });

  it('names every feature that does not work, and its purpose', async () => {
    const broken = await brokenImage(
      'RUN rm $(find /usr/lib -name libxt_owner.so -o -name libxt_TPROXY.so) $(command -v conntrack)',
    );
    try {
      const { findings } = await ask({ image: broken });
      expect(findings.filter(({ code }) => code?.startsWith('KERNEL_'))).toMatchObject([
        {
          check: 'owner',
          verdict: 'broken',
          code: 'KERNEL_NO_OWNER',
          message: expect.stringContaining('owner'),
        },
        { check: 'tproxy', verdict: 'warning', code: 'KERNEL_NO_TPROXY' },
        { check: 'conntrack', verdict: 'broken', code: 'KERNEL_NO_CONNTRACK' },
      ]);
    } finally {
      await engine.getImage(broken).remove({ force: true });
    }
  });

  it('reports why a container of the node ended at once', async () => {
    const dead = await brokenImage('ENTRYPOINT ["sh", "-c", "echo no such kernel; exit 1"]');
    try {
      expect((await ask({ image: dead })).broken).toMatchObject([
        { check: 'node', code: 'CONTAINER_ENDED', message: expect.stringContaining('no such kernel') },
      ]);
    } finally {
      await engine.getImage(dead).remove({ force: true });
    }
  });

  it('reports what it could not try without the image', async () => {
    const { findings, broken } = await ask({ image: 'localhost/none:1' });
    expect(broken).toEqual([]);
    expect(findings.at(-1)).toMatchObject({ code: 'NODE_NOT_TRIED', verdict: 'warning' });
  });

  it('reports an engine that does not answer, and runs the other checks', async () => {
    const open = async () => {
      throw new CiError({
        code: 'ENGINE_UNREACHABLE',
        kind: 'cluster',
        message: 'None.',
        remedy: 'Start one.',
      });
    };
    const { findings, broken } = await ask({ open });
    expect(broken).toMatchObject([{ check: 'engine', code: 'ENGINE_UNREACHABLE' }]);
    expect(findings.map(({ check }) => check)).toContain('dns');
  });
});

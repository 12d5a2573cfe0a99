import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineOf, type HostCase, inCluster, startCluster, thingsOf } from './cluster.ts';
import { buildShellDemo, istioRules, runShellDemo } from './scripts.ts';

/**
 * By hand with --privileged, as `istio-ci up` does it, and with the host's cgroup namespace. Pods are run where users will run
 * them.
 */
const cases: readonly (HostCase & { readonly pods: boolean })[] = [
  { driver: 'systemd', privileges: 'privileged', cgroupns: 'private', pods: true },
  { driver: 'systemd', privileges: 'capabilities', cgroupns: 'private', pods: true },
  { driver: 'systemd', privileges: 'privileged', cgroupns: 'host', pods: false },
];

describe.each(cases)('cgroup v2, driver $driver, $privileges, cgroup namespace $cgroupns', (host) => {
  const { driver } = host;
  const engine = engineOf(driver);
  let id: string;
  const run = (script: string) => inCluster(driver, id, script);

  beforeAll(async () => {
    id = await startCluster(host);
  });

  afterAll(async () => {
    for (const { Id } of await engine.listContainers({ all: true })) {
      await engine
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {});
    }
  });

  it('is on the host that its name says', async () => {
    const { CgroupVersion, CgroupDriver } = await engine.info();
    expect([CgroupVersion, CgroupDriver]).toEqual(['2', driver]);
  });

  it('is wholly true', async () => {
    expect((await run('istio-ci-node healthcheck && istio-ci-node doctor')).stdout).toContain('cgroup v2');
  });

  it('has its pods below its own cgroup', async () => {
    expect((await run('cat /sys/fs/cgroup/cgroup.type')).stdout).toBe('domain\n');
    expect((await run('ls -d /sys/fs/cgroup/kubepods')).exitCode).toBe(0);
  });

  if (host.pods) {
    it('runs a pod from the image that was just built, and a command in it', async () => {
      expect(await run(buildShellDemo)).toMatchObject({ exitCode: 0 });
      const result = await run(runShellDemo);
      expect(result, result.stderr).toMatchObject({ exitCode: 0, stdout: 'hello from the pod\n' });
    });

    it("takes Istio's iptables rules in a pod", async () => {
      const result = await run(istioRules);
      expect(result, result.stderr).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN'),
      });
    });
  }

  it('leaves nothing when its lease is over', async () => {
    await run('istio-ci-node lease renew 1');
    await expect.poll(() => thingsOf(driver), { timeout: 300_000, interval: 1000 }).toEqual([]);
  });
});

import type { EngineName } from '@istio-ci/tools/vm/machine';
import { needsMinikube } from '@istio-ci/vitest-config/names';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineOf, type HostCase, inCluster, startCluster, thingsOf } from './cluster.ts';
import { buildShellDemo, istioRules, runShellDemo } from './scripts.ts';

/** The kinds of hosts and engines, each once. Pods are tested in those that users will use. */
const cases: readonly (HostCase & { readonly pods: boolean })[] = [
  { engine: 'systemd', privileges: 'privileged', cgroupns: 'private', bootstrapper: 'native', pods: true },
  { engine: 'systemd', privileges: 'capabilities', cgroupns: 'private', bootstrapper: 'native', pods: true },
  { engine: 'systemd', privileges: 'privileged', cgroupns: 'host', bootstrapper: 'native', pods: false },
  { engine: 'systemd', privileges: 'privileged', cgroupns: 'private', bootstrapper: 'minikube', pods: true },
  { engine: 'cgroupfs', privileges: 'privileged', cgroupns: 'private', bootstrapper: 'native', pods: true },
  { engine: 'cgroupfs', privileges: 'capabilities', cgroupns: 'host', bootstrapper: 'native', pods: false },
  { engine: 'newer', privileges: 'privileged', cgroupns: 'private', bootstrapper: 'native', pods: true },
  { engine: 'newer', privileges: 'capabilities', cgroupns: 'private', bootstrapper: 'native', pods: true },
];

/** The version of each engine. */
const versions: Readonly<Record<EngineName, RegExp>> = {
  systemd: /^26\.1\./,
  cgroupfs: /^26\.1\./,
  newer: /^(2[89]|[3-9]\d)\./,
};

const native = cases.filter(({ bootstrapper }) => bootstrapper === 'native');
const minikube = cases.filter(({ bootstrapper }) => bootstrapper === 'minikube');
const hasMinikube = process.env.ISTIO_CI_VM_MINIKUBE === 'true';

describe.each(native)('cgroup v2, engine $engine, $privileges, cgroup namespace $cgroupns', proveHost);

describe.runIf(hasMinikube).each(minikube)(
  `cgroup v2, engine $engine, $privileges, with minikube ${hasMinikube ? '' : needsMinikube}`.trim(),
  proveHost,
);

function proveHost(host: HostCase & { readonly pods: boolean }): void {
  const engine = engineOf(host.engine);
  let id: string;
  const run = (script: string) => inCluster(host.engine, id, script);

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

  it('is on the kind of host in its name', async () => {
    const { CgroupVersion, CgroupDriver, ServerVersion } = await engine.info();
    process.stdout.write(`engine ${host.engine} is Docker ${ServerVersion}\n`);
    expect([CgroupVersion, CgroupDriver]).toEqual(['2', host.engine === 'cgroupfs' ? 'cgroupfs' : 'systemd']);
    expect(ServerVersion).toMatch(versions[host.engine]);
  });

  it('is ready', async () => {
    expect((await run('istio-ci-node healthcheck && istio-ci-node doctor')).stdout).toContain('cgroup v2');
  });

  it('has its pods below its own cgroup', async () => {
    expect((await run('cat /sys/fs/cgroup/cgroup.type')).stdout).toBe('domain\n');
    expect((await run('ls -d /sys/fs/cgroup/kubepods')).exitCode).toBe(0);
  });

  if (host.pods) {
    it('runs a pod of an image that was just built, and a command in it', async () => {
      expect(await run(buildShellDemo)).toMatchObject({ exitCode: 0 });
      const result = await run(runShellDemo);
      expect(result, result.stderr).toMatchObject({ exitCode: 0, stdout: 'hello from the pod\n' });
    });

    it("accepts Istio's iptables rules in a pod", async () => {
      const result = await run(istioRules);
      expect(result, result.stderr).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN'),
      });
    });
  }

  it('leaves nothing after its lease has ended', async () => {
    await run('istio-ci-node lease renew 1');
    await expect.poll(() => thingsOf(host.engine), { timeout: 300_000, interval: 1000 }).toEqual([]);
  });
}

import {
  capabilities,
  deviceRules,
  type ExecResult,
  execInSession,
  securityOptions,
  waitForSession,
} from '@istio-ci/cluster-runner';
import { type CgroupDriver, engineAt, type MachinePorts } from '../src/vm/machine.ts';

/** One way to start the node image by hand. */
export interface HostCase {
  readonly driver: CgroupDriver;
  readonly privileges: 'privileged' | 'capabilities';
  readonly cgroupns: 'private' | 'host';
}

const ports = JSON.parse(process.env.ISTIO_CI_VM_PORTS ?? '{}') as MachinePorts;

/** The engine of the virtual machine that has this cgroup driver; the first question to it starts it, and ends the other. */
export const engineOf = (driver: CgroupDriver) => engineAt(ports[driver]);

const image = process.env.ISTIO_CI_CLUSTER_IMAGE ?? '';

/** What `docker run --detach --rm --privileged IMAGE` does, or the same with the capability list; resolves when all in it is true. */
export async function startCluster({ driver, privileges, cgroupns }: HostCase): Promise<string> {
  const engine = engineOf(driver);
  // Not a literal in the call: its type does not know CgroupnsMode, the API does.
  const HostConfig = {
    AutoRemove: true,
    CgroupnsMode: cgroupns,
    // User-mode Linux tells no clock speed, which the kubelet wants to know.
    Binds: ['/usr/share/vm/cpuinfo:/proc/cpuinfo:ro'],
    ...(privileges === 'privileged'
      ? { Privileged: true }
      : {
          CapDrop: ['ALL'],
          CapAdd: capabilities.map(({ name }) => name),
          SecurityOpt: securityOptions.map(({ option }) => option),
          DeviceCgroupRules: deviceRules.map(({ rule }) => rule),
        }),
  };
  const container = await engine.createContainer({
    Image: image,
    Env: [`ISTIO_CI_TIME_FACTOR=${process.env.ISTIO_CI_TIME_FACTOR}`, 'LEASE_SECONDS=36000'],
    HostConfig,
  });
  await container.start();
  await waitForSession(engine, container.id);
  return container.id;
}

/** Runs a shell script in the cluster container. */
export const inCluster = (driver: CgroupDriver, id: string, script: string): Promise<ExecResult> =>
  execInSession(engineOf(driver), id, ['sh', '-euc', script]);

/** All that the engine has besides its image: containers and volumes. */
export async function thingsOf(driver: CgroupDriver): Promise<string[]> {
  const engine = engineOf(driver);
  const containers = await engine.listContainers({ all: true });
  const { Volumes } = await engine.listVolumes();
  return [
    ...containers.map(({ Id }) => `container ${Id}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
}

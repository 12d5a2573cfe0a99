import {
  type CommandResult,
  capabilities,
  connectPlace,
  deviceRules,
  execInSession,
  securityOptions,
  waitForSession,
} from '@istio-ci/cluster-runner';
import { connectEngine } from '@istio-ci/image-builder';
import { type EngineName, engineAt, type MachinePorts } from '@istio-ci/tools/vm/machine';

/** One way to start the node image by hand. */
export interface HostCase {
  readonly engine: EngineName;
  readonly privileges: 'privileged' | 'capabilities';
  readonly cgroupns: 'private' | 'host';
  readonly bootstrapper: 'native' | 'minikube';
}

const ports = JSON.parse(process.env.ISTIO_CI_VM_PORTS ?? '{}') as MachinePorts;

/** An engine of the virtual machine. The first request starts it, and ends the engine before. */
export const engineOf = (name: EngineName) => connectEngine(engineAt(ports[name]));

const placeOf = (name: EngineName) => connectPlace(engineAt(ports[name]));

const image = process.env.ISTIO_CI_CLUSTER_IMAGE ?? '';

/**
 * Does what `docker run --detach --rm --privileged IMAGE` does, or the same with the list of capabilities,
 * and waits until ready.
 */
export async function startCluster(host: HostCase): Promise<string> {
  const { privileges, cgroupns, bootstrapper } = host;
  const engine = engineOf(host.engine);
  // Not a literal in the call: the API has CgroupnsMode, but the type does not.
  const HostConfig = {
    AutoRemove: true,
    CgroupnsMode: cgroupns,
    // User-mode Linux reports no clock speed, which the kubelet needs.
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
    Env: [
      `ISTIO_CI_TIME_FACTOR=${process.env.ISTIO_CI_TIME_FACTOR}`,
      `BOOTSTRAPPER=${bootstrapper}`,
      'LEASE_SECONDS=36000',
    ],
    HostConfig,
  });
  await container.start();
  await waitForSession(placeOf(host.engine), container.id);
  return container.id;
}

/** Runs a shell script in the cluster container. */
export const inCluster = (name: EngineName, id: string, script: string): Promise<CommandResult> =>
  execInSession(placeOf(name), id, ['sh', '-euc', script]);

/** The containers and volumes of the engine. */
export async function thingsOf(name: EngineName): Promise<string[]> {
  const engine = engineOf(name);
  const containers = await engine.listContainers({ all: true });
  const { Volumes } = await engine.listVolumes();
  return [
    ...containers.map(({ Id }) => `container ${Id}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
}

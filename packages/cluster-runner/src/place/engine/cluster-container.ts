import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import type { ClusterPlan, Privileges } from '../plan.ts';
import { capabilities, deviceRules, securityOptions } from '../privileges.ts';
import { containerOptions, type Spot } from './container.ts';

/** The cluster container as the engine's API takes it, for a session and for a start by hand alike. Pure. */
export function clusterContainer(plan: ClusterPlan, spot: Spot): ContainerCreateOptions {
  const { memoryBytes, cpus } = plan.limits;
  const ports = [...plan.ports, ...(spot.address.local ? plan.localPorts : [])];
  const { HostConfig, ...options } = containerOptions(plan, ports, spot);
  return {
    ...options,
    Hostname: plan.alias,
    HostConfig: {
      ...HostConfig,
      Mounts: plan.dataPaths.map((path) => anonymousVolume(path, plan.dataLabels)),
      ...privilegeOptions(plan.privileges),
      ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    },
  };
}

/**
 * Without a source the volume is anonymous: the engine removes it with its container. If that fails, its
 * labels show whose it was.
 */
function anonymousVolume(path: string, labels: Readonly<Record<string, string>>): Docker.MountSettings {
  const VolumeOptions = {
    Labels: { ...labels },
    NoCopy: false,
    DriverConfig: { Name: 'local', Options: {} },
  };
  return { Type: 'volume', Source: '', Target: path, VolumeOptions };
}

function privilegeOptions(privileges: Privileges): ContainerCreateOptions['HostConfig'] {
  if (privileges === 'privileged') return { Privileged: true };
  return {
    CapDrop: ['ALL'],
    CapAdd: capabilities.map(({ name }) => name),
    SecurityOpt: securityOptions.map(({ option }) => option),
    DeviceCgroupRules: deviceRules.map(({ rule }) => rule),
  };
}

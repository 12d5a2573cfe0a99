import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import type { EngineAddress } from '../engine/address.ts';
import { label, labelsFor, type SessionMark } from '../labels.ts';
import { clusterAlias, names } from '../names.ts';
import type { SessionRequest } from '../session/types.ts';
import { capabilities, deviceRules, securityOptions } from './privileges.ts';

/** The ports of the cluster image. */
export const ports = { api: 8443, docker: 2375, dockerTls: 2376 } as const;

/** Where the image looks for further certificates. */
export const extraCaPath = '/etc/istio-ci/extra-ca.crt';

/** Data that must not lie on the container's own overlay; anonymous, so that they go with the container. */
export const volumes = ['/var/lib/docker', '/var/lib/containerd', '/var/lib/kubelet', '/var/lib/etcd'];

/** What the pure description of the container needs besides the request. */
export interface ClusterContext {
  readonly mark: SessionMark;
  /** Name of the session's network. */
  readonly network: string;
  readonly address: EngineAddress;
  /** Proxies and the like, as `clusterEnvironment` makes them. */
  readonly env: Readonly<Record<string, string>>;
}

export type ClusterOptions = Pick<
  SessionRequest,
  'image' | 'privileges' | 'publish' | 'publishDocker' | 'dockerTls' | 'limits'
>;

/** The cluster container as the engine's API takes it. Pure: what is shown by hand and what is started are one. */
export function clusterContainer(options: ClusterOptions, context: ClusterContext): ContainerCreateOptions {
  const { mark, network } = context;
  const { memoryBytes, cpus } = options.limits ?? {};
  const published = portBindings(options, context.address);
  return {
    name: names.cluster(mark.name),
    Image: options.image,
    Hostname: clusterAlias,
    Labels: { ...labelsFor(mark, 'cluster'), ...(options.dockerTls ? { [label.dockerTls]: 'true' } : {}) },
    Env: Object.entries(context.env).map(([key, value]) => `${key}=${value}`),
    ExposedPorts: Object.fromEntries(Object.keys(published).map((port) => [port, {}])),
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network,
      PortBindings: published,
      Mounts: volumes.map((path) => anonymousVolume(path, labelsFor(mark, 'volume'))),
      ...privilegesOf(options.privileges ?? 'capabilities'),
      ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [clusterAlias] } } },
  };
}

/** Without a source it is anonymous: the engine removes it with its container, and the labels tell whose it was should it not. */
function anonymousVolume(path: string, labels: Record<string, string>): Docker.MountSettings {
  const VolumeOptions = { Labels: labels, NoCopy: false, DriverConfig: { Name: 'local', Options: {} } };
  return { Type: 'volume', Source: '', Target: path, VolumeOptions };
}

function privilegesOf(privileges: 'capabilities' | 'privileged'): ContainerCreateOptions['HostConfig'] {
  if (privileges === 'privileged') return { Privileged: true };
  return {
    CapDrop: ['ALL'],
    CapAdd: capabilities.map(({ name }) => name),
    SecurityOpt: securityOptions.map(({ option }) => option),
    DeviceCgroupRules: deviceRules.map(({ rule }) => rule),
  };
}

/**
 * On loopback, ports of the engine's choice; where the engine is on another machine, on all its addresses. What asks for
 * a client certificate is published so: the API server, and the inner engine where it does. An inner engine that asks
 * for nothing stays on the session's network, unless its port on loopback was asked for.
 */
function portBindings(options: ClusterOptions, { local, host }: EngineAddress) {
  const { publish = true, publishDocker = false, dockerTls = false } = options;
  if (!publish) return {};
  const published = [
    ports.api,
    ...(dockerTls ? [ports.dockerTls] : []),
    ...(publishDocker && local && !dockerTls ? [ports.docker] : []),
  ];
  const anyPort = [{ HostIp: local ? host : '', HostPort: '' }];
  return Object.fromEntries(published.map((port) => [`${port}/tcp`, anyPort]));
}

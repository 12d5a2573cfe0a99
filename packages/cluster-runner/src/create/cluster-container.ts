import type { ContainerCreateOptions } from 'dockerode';
import type { EngineAddress } from '../engine/address.ts';
import { labelsFor, type SessionMark } from '../labels.ts';
import { clusterAlias, names } from '../names.ts';
import type { SessionRequest } from '../session/types.ts';
import { capabilities, deviceRules, securityOptions } from './privileges.ts';

/** The ports of the cluster image. */
export const ports = { api: 8443, docker: 2375 } as const;

/** Where the image looks for further certificates. */
export const extraCaPath = '/etc/istio-ci/extra-ca.crt';

/** Data that must not lie on the container's own overlay; anonymous, so that they go with the container. */
const volumes = ['/var/lib/docker', '/var/lib/containerd', '/var/lib/kubelet', '/var/lib/etcd'];

/** What the pure description of the container needs besides the request. */
export interface ClusterContext {
  readonly mark: SessionMark;
  /** Name of the session's network. */
  readonly network: string;
  readonly address: EngineAddress;
  /** Proxies and the like, as `clusterEnvironment` makes them. */
  readonly env: Readonly<Record<string, string>>;
}

export type ClusterOptions = Pick<SessionRequest, 'image' | 'privileges' | 'publish' | 'limits'>;

/** The cluster container as the engine's API takes it. Pure: what is shown by hand and what is started are one. */
export function clusterContainer(options: ClusterOptions, context: ClusterContext): ContainerCreateOptions {
  const { mark, network } = context;
  const { memoryBytes, cpus } = options.limits ?? {};
  const published = portBindings(options, context.address);
  return {
    name: names.cluster(mark.name),
    Image: options.image,
    Hostname: clusterAlias,
    Labels: labelsFor(mark, 'cluster'),
    Env: Object.entries(context.env).map(([key, value]) => `${key}=${value}`),
    Volumes: Object.fromEntries(volumes.map((path) => [path, {}])),
    ExposedPorts: Object.fromEntries(Object.keys(published).map((port) => [port, {}])),
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network,
      PortBindings: published,
      ...privilegesOf(options.privileges ?? 'capabilities'),
      ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [clusterAlias] } } },
  };
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
 * On loopback, ports of the engine's choice. An engine on another machine publishes the API server, which asks for a
 * client certificate, on all its addresses; the inner engine asks for nothing and stays on the session's network.
 */
function portBindings({ publish = true }: ClusterOptions, { local, host }: EngineAddress) {
  if (!publish) return {};
  const anyPort = [{ HostIp: local ? host : '', HostPort: '' }];
  return { [`${ports.api}/tcp`]: anyPort, ...(local ? { [`${ports.docker}/tcp`]: anyPort } : {}) };
}

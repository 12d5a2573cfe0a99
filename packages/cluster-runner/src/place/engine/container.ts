import type { ContainerCreateOptions } from 'dockerode';
import type { ContainerPlan } from '../plan.ts';
import type { PublishedAt } from './address.ts';

/** Where the container of a plan is put. */
export interface Spot {
  /** The network's id or name. */
  readonly network: string;
  readonly address: PublishedAt;
}

/**
 * What the cluster's and the services' containers have in common, as the engine's API takes it. Pure.
 *
 * `ports` are published on loopback, on ports that the engine chooses; on all addresses if the engine is on
 * another machine.
 */
export function containerOptions(
  { name, image, labels, env, alias }: ContainerPlan,
  ports: readonly number[],
  { network, address }: Spot,
): ContainerCreateOptions {
  const keys = ports.map((port) => `${port}/tcp`);
  const binding = [{ HostIp: address.local ? address.host : '', HostPort: '' }];
  return {
    name,
    Image: image,
    Labels: { ...labels },
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ExposedPorts: Object.fromEntries(keys.map((key) => [key, {}])),
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network,
      PortBindings: Object.fromEntries(keys.map((key) => [key, binding])),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [alias] } } },
  };
}

import type { ContainerCreateOptions } from 'dockerode';
import type { ServicePlan } from '../plan.ts';
import { containerOptions, type Spot } from './container.ts';

/** A helper container on the session's network as the engine's API takes it. Pure. */
export function serviceContainer(plan: ServicePlan, spot: Spot): ContainerCreateOptions {
  const { HostConfig, ...options } = containerOptions(plan, plan.ports, spot);
  return {
    ...options,
    ...(plan.command === undefined ? {} : { Entrypoint: [], Cmd: [...plan.command] }),
    // A first process that forwards signals and collects zombies.
    HostConfig: { ...HostConfig, Init: true },
  };
}

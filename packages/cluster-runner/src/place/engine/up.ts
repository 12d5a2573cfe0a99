import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import type { StartedContainer, StartedSession, UpOptions } from '../place.ts';
import type { ClusterPlan, ServicePlan, SessionPlan } from '../plan.ts';
import { publishedAt } from './address.ts';
import { clusterContainer } from './cluster-container.ts';
import type { Spot } from './container.ts';
import { removeAll } from './down.ts';
import { type EngineCall, engineStep } from './engine-errors.ts';
import { putFiles } from './files.ts';
import { createNetwork } from './network.ts';
import { tailOutput } from './output-tail.ts';
import { serviceContainer } from './service-container.ts';

/**
 * Makes and starts everything in the plan: network, cluster, services. If that fails, all of it is removed.
 */
export async function startPlan(
  engine: Docker,
  plan: SessionPlan,
  options: UpOptions = {},
): Promise<StartedSession> {
  options.signal?.throwIfAborted();
  return removedOnFailure(engine, plan, async () => {
    const network = await createNetwork(engine, plan);
    options.signal?.throwIfAborted();
    const spot = { network, address: publishedAt(engine) };
    const [cluster, services] = await allOrFirstError([
      startCluster(engine, plan, spot, options),
      startServices(engine, plan, spot, options.signal),
    ]);
    options.signal?.throwIfAborted();
    return { cluster, services };
  });
}

/** Removes everything with the plan's id if `steps` fails. */
export async function removedOnFailure<T>(
  engine: Docker,
  { id }: SessionPlan,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    // The error says why the start failed. What is left has our labels, for the guard and for gc.
    await removeAll(engine, id).catch(() => {});
    throw error;
  }
}

/** Starts the plan's services on a network. */
export async function startServices(
  engine: Docker,
  { session, services }: SessionPlan,
  spot: Spot,
  signal?: AbortSignal,
): Promise<StartedContainer[]> {
  return allOrFirstError(
    services.map((service) =>
      start(engine, serviceContainer(service, spot), callFor(service, session, signal)),
    ),
  );
}

async function startCluster(
  engine: Docker,
  { session, cluster }: SessionPlan,
  spot: Spot,
  { signal, onLine }: UpOptions,
): Promise<StartedContainer> {
  const call = { ...callFor(cluster, session, signal), privileges: cluster.privileges };
  const prepare = (container: Docker.Container) => putFiles(container, cluster.files, { mode: 0o644 });
  return start(engine, clusterContainer(cluster, spot), call, { prepare, onLine });
}

function callFor(
  { what, image }: ClusterPlan | ServicePlan,
  session: string,
  signal: AbortSignal | undefined,
): EngineCall {
  return { what: `start ${what}`, subject: what, image, session, signal };
}

async function start(
  engine: Docker,
  options: ContainerCreateOptions,
  call: EngineCall,
  hooks: {
    /** Runs between the container's creation and its start. */
    readonly prepare?: (container: Docker.Container) => Promise<unknown>;
    readonly onLine?: ((line: string) => void) | undefined;
  } = {},
): Promise<StartedContainer> {
  return engineStep(call, async () => {
    const container = await engine.createContainer(options);
    await hooks.prepare?.(container);
    const output = await tailOutput(container, hooks.onLine);
    await container.start();
    return { what: call.what, container: container.id, output };
  });
}

/**
 * Like Promise.all, but waits for all of them if one fails: what is still being made could not be removed.
 * The error is that of the first to fail.
 */
async function allOrFirstError<T extends readonly unknown[]>(
  started: {
    [I in keyof T]: Promise<T[I]>;
  },
): Promise<T>;
async function allOrFirstError(started: readonly Promise<unknown>[]): Promise<unknown[]> {
  const all = Promise.all(started);
  await Promise.allSettled([all, ...started]);
  return all;
}

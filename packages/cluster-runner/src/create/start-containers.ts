import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { engineAddress } from '../engine/address.ts';
import { type EngineCall, engineStep } from '../engine/engine-errors.ts';
import type { SessionMark } from '../labels.ts';
import type { SessionRequest } from '../session/types.ts';
import { clusterContainer } from './cluster-container.ts';
import { clusterEnvironment } from './environment.ts';
import { putExtraCa } from './files.ts';
import { createNetwork } from './network.ts';
import { type OutputTail, tailOutput } from './output-tail.ts';
import { serviceContainer } from './service-container.ts';

export interface StartedContainer {
  readonly what: string;
  readonly id: string;
  readonly output: OutputTail;
}

export interface StartedSession {
  readonly cluster: StartedContainer;
  readonly services: readonly StartedContainer[];
}

/** Makes all that a session consists of and starts it: network, cluster container, services. It does not wait. */
export async function startContainers(request: SessionRequest, mark: SessionMark): Promise<StartedSession> {
  const { engine, signal, extraCa, progress } = request;
  const address = engineAddress(engine);
  const network = await createNetwork(engine, mark);
  signal?.throwIfAborted();
  const env = clusterEnvironment(request, process.env);
  const cluster = start(
    engine,
    clusterContainer(request, { mark, network, address, env }),
    { what: 'the cluster', session: mark.name, image: request.image, privileges: request.privileges, signal },
    {
      prepare: async (container) => extraCa !== undefined && putExtraCa(container, extraCa),
      onLine: (line) => progress?.(line.trim()),
    },
  );
  const services = startServices(request, mark, network);
  // All are waited for, also when one fails: what is still being made could not be removed.
  await Promise.allSettled([cluster, services]);
  signal?.throwIfAborted();
  return { cluster: await cluster, services: await services };
}

/** Starts the request's services on a network; where one fails, the others are waited for as well. */
export async function startServices(
  { engine, services = [], signal }: Pick<SessionRequest, 'engine' | 'services' | 'signal'>,
  mark: SessionMark,
  network: string,
): Promise<StartedContainer[]> {
  const address = engineAddress(engine);
  const starting = services.map((service) => {
    const call = { what: `the service ${service.name}`, session: mark.name, image: service.image, signal };
    return start(engine, serviceContainer(service, { mark, network, address }), call);
  });
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

async function start(
  engine: Docker,
  options: ContainerCreateOptions,
  call: EngineCall,
  hooks: {
    /** Runs between the container's creation and its start. */
    readonly prepare?: (container: Docker.Container) => Promise<unknown>;
    readonly onLine?: (line: string) => void;
  } = {},
): Promise<StartedContainer> {
  return engineStep(call, async () => {
    const container = await engine.createContainer(options);
    await hooks.prepare?.(container);
    const output = await tailOutput(container, hooks.onLine);
    await container.start();
    return { what: call.what, id: container.id, output };
  });
}

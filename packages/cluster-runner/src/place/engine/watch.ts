import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { label } from '../../labels.ts';
import { sessionOfCluster } from '../../names.ts';
import type { ContainerState, SessionContainer, Watch } from '../place.ts';
import { engineStep } from './engine-errors.ts';
import { containerOutput } from './output.ts';

/** The pause after the engine refused or did not answer, in milliseconds. */
const retryMs = 1000;

export function watchContainer(engine: Docker, target: SessionContainer): Watch {
  const container = engine.getContainer(target.container);
  return {
    state: () => engineStep({ what: 'inspect a container' }, () => stateOf(container)),
    changes: (signal) => changes(engine, container, signal),
    output: (options) => containerOutput(container, target.name, options),
  };
}

async function stateOf(container: Docker.Container): Promise<ContainerState | undefined> {
  try {
    const { Name, Config, State, HostConfig, Mounts, NetworkSettings, Image } = await container.inspect();
    return {
      session: Config.Labels?.[label.role] === 'cluster' ? sessionOfCluster(Name) : undefined,
      running: State.Running,
      frozen: State.Paused,
      startedAt: State.StartedAt,
      // Not its environment: the address of a proxy may have a password.
      details: { State, HostConfig, Mounts, NetworkSettings, Image },
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Looks at the container whenever the engine reports an event of it. The engine is asked for events before
 * the look, so that none is missed.
 */
async function* changes(
  engine: Docker,
  container: Docker.Container,
  signal: AbortSignal,
): AsyncGenerator<ContainerState> {
  const event = ['start', 'die', 'pause', 'unpause', 'rename', 'destroy'];
  const filters = { container: [container.id], event };
  for (;;) {
    signal.throwIfAborted();
    let events: Readable | undefined;
    try {
      events = (await engine.getEvents({ filters, abortSignal: signal })) as Readable;
      const happened = nextEvent(events);
      const state = await stateOf(container);
      if (state === undefined) return;
      yield state;
      await happened;
    } catch {
      signal.throwIfAborted();
      await delay(retryMs, undefined, { signal }).catch(() => {});
    } finally {
      events?.destroy();
    }
  }
}

/** Resolves at the next event; an error or a closed connection counts too. */
function nextEvent(events: Readable): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['data', 'error', 'close']) events.on(name, () => resolve());
  });
}

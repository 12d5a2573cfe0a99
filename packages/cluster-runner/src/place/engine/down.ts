import { setTimeout as delay } from 'node:timers/promises';
import { removeContainer } from '@istio-ci/image-builder';
import { isConflict, isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { label } from '../../labels.ts';
import type { Removed } from '../place.ts';
import { engineStep } from './engine-errors.ts';

/** The networks of one session can be removed only once the engine has let go of its containers. */
const networkTries = 20;

/**
 * Removes everything with a session's id: first containers with their anonymous volumes, then networks, and
 * volumes that the engine left behind because it was restarted just then.
 */
export async function removeAll(engine: Docker, id: string): Promise<Removed> {
  const filters = { label: [`${label.id}=${id}`] };
  return engineStep({ what: 'remove a session' }, async () => {
    const containers = await engine.listContainers({ all: true, filters });
    await Promise.all(containers.map(({ Id }) => removeContainer(engine.getContainer(Id))));
    const networks = await engine.listNetworks({ filters });
    const { Volumes: volumes } = await engine.listVolumes({ filters });
    await Promise.all([
      ...networks.map(({ Id }) => removeNetwork(engine, Id)),
      ...volumes.map(({ Name }) => removeVolume(engine, Name)),
    ]);
    return { containers: containers.length, networks: networks.length, volumes: volumes.length };
  });
}

/** A volume of a container that is still being created is removed with that container. */
async function removeVolume(engine: Docker, name: string): Promise<void> {
  await engine
    .getVolume(name)
    .remove()
    .catch((error: unknown) => {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    });
}

async function removeNetwork(engine: Docker, id: string): Promise<void> {
  const network = engine.getNetwork(id);
  for (let left = networkTries; ; left -= 1) {
    try {
      await network.remove();
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (left === 0) throw error;
      await disconnectAll(network);
      await delay(50);
    }
  }
}

/** A container that a user connected by hand would keep the network for ever. */
async function disconnectAll(network: Docker.Network): Promise<void> {
  const { Containers } = await network.inspect().catch(() => ({ Containers: {} }));
  for (const Container of Object.keys(Containers ?? {})) {
    await network.disconnect({ Container, Force: true }).catch(() => {});
  }
}

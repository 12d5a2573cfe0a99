import { setTimeout as delay } from 'node:timers/promises';
import { isConflict, isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';

/** The polling interval, in milliseconds. */
const askMs = 50;

/**
 * Kills and removes a container with its anonymous volumes. Returns once it is gone, also if another process
 * removed it.
 *
 * This polls. The engine's `wait` with condition `removed` never answers if the removal ends between the
 * engine's look-up and its wait (seen with 20.10 under load).
 */
export async function removeContainer(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: unknown) => {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  });
  while (await isThere(container)) await delay(askMs);
}

async function isThere(container: Docker.Container): Promise<boolean> {
  try {
    await container.inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

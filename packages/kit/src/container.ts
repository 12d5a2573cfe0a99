import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isConflict, isNotFound } from './engine.ts';

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
  while ((await stateOf(container)) !== undefined) await delay(askMs);
}

/** The exit code of a container whose output has ended; undefined if it was removed meanwhile. */
export async function exitCodeOf(container: Docker.Container): Promise<number | undefined> {
  for (;;) {
    const state = await stateOf(container);
    if (!state?.Running) return state?.ExitCode;
    await delay(askMs);
  }
}

async function stateOf(container: Docker.Container) {
  try {
    return (await container.inspect()).State;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

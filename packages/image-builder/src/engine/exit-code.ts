import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';

/** The polling interval, in milliseconds. */
const askMs = 20;

/**
 * The exit code of a container or an exec whose output has ended. The engine closes the output a moment
 * before it knows the code.
 * @throws the engine's 404 if the container was removed meanwhile
 */
export async function exitCode(ended: Docker.Container | Docker.Exec): Promise<number> {
  for (;;) {
    const found = await ended.inspect();
    const { Running, ExitCode } = 'State' in found ? found.State : found;
    if (!Running && ExitCode !== null) return ExitCode;
    await delay(askMs);
  }
}

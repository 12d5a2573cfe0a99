import { once } from 'node:events';
import type { CommandOptions, Place } from '../place/place.ts';
import type { Session } from '../types.ts';

/** Where a person or a pipe is: usually the process itself. */
export type Console = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/**
 * Runs a command in a session's cluster container as if it ran here: with our stdin, stdout and stderr, and
 * on a terminal if both ends are one.
 * @returns its exit code
 */
export async function attachInSession(
  place: Place,
  session: Session,
  command: readonly string[],
  { stdin, stdout, stderr }: Console,
  signal?: AbortSignal,
): Promise<number> {
  const options: CommandOptions =
    stdin.isTTY && stdout.isTTY
      ? { terminal: { stdin, stdout }, signal }
      : {
          input: stdin,
          onStdout: (data) => written(stdout, data),
          onStderr: (data) => written(stderr, data),
          signal,
        };
  return (await place.command(session, command, options)).exitCode;
}

async function written(to: NodeJS.WritableStream, data: Buffer): Promise<void> {
  if (!to.write(data)) await once(to, 'drain');
}

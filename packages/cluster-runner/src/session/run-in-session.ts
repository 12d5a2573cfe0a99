import type { Writable } from 'node:stream';
import type { Operation } from '@istio-ci/kit';
import { label } from '../labels.ts';
import { names } from '../names.ts';
import type { OutputName, Place } from '../place/place.ts';
import type { ContainerFile, Mount } from '../place/plan.ts';
import type { Session } from '../types.ts';

export interface RunRequest extends Pick<Operation, 'signal'> {
  readonly image: string;
  readonly command: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** `UID:GID`. */
  readonly user?: string;
  readonly workdir?: string;
  readonly mounts?: readonly Mount[];
  /** Files that are there before the command starts, readable by the user alone. */
  readonly files?: readonly ContainerFile[];
  readonly onLine?: ((line: string, from: OutputName) => void) | undefined;
  /** Gets all output as well, in the order it came. */
  readonly log?: Writable | undefined;
}

/**
 * Runs one command to its end in a new container on the session's network, where the cluster is `kubernetes`.
 * The container is removed in every case, by us or by the session's guard. An abort ends it, and rejects with
 * the signal's reason. A non-zero exit is a result.
 * @throws {CiError} IMAGE_MISSING, SESSION_GONE, COMMAND_NOT_STARTED
 */
export async function runInSession(
  place: Place,
  session: Session,
  request: RunRequest,
): Promise<{ exitCode: number }> {
  const { image, command, env, user, workdir, mounts = [], files = [], onLine, log, signal } = request;
  const builder = {
    session: session.name,
    network: session.network,
    name: names.builder(session.name),
    image,
    labels: { [label.session]: session.name, [label.id]: session.id, [label.role]: 'builder' },
    user,
    workdir,
    mounts,
    files,
  };
  const take = (data: Buffer) => void log?.write(data);
  const { exitCode } = await place.command({ builder }, command, {
    env,
    onLine,
    onStdout: take,
    onStderr: take,
    signal,
  });
  return { exitCode };
}

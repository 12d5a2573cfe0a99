import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodeOf, type Operation, removeContainer } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { putFiles } from '../create/files.ts';
import { engineStep } from '../engine/engine-errors.ts';
import { demultiplex, lineSplitter, type OutputName } from '../engine/frames.ts';
import { errors } from '../errors.ts';
import { label } from '../labels.ts';
import { names } from '../names.ts';
import type { ContainerFile } from './docker-client.ts';
import type { Session } from './types.ts';

export interface Mount {
  /** A place on the engine's machine. */
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

export interface RunRequest extends Pick<Operation, 'signal'> {
  readonly image: string;
  /** What the container is called: `istio-<name>-<session>`; `builder` by default. */
  readonly name?: string;
  readonly command: readonly string[];
  /** The whole environment; nothing of ours is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** `UID:GID`. */
  readonly user?: string;
  readonly workdir?: string;
  readonly mounts?: readonly Mount[];
  /** Files that are put into the container before it starts; they are the user's, and no other's. */
  readonly files?: readonly ContainerFile[];
  /** Paths that live in memory and vanish with the container. */
  readonly tmpfs?: readonly string[];
  readonly onLine?: ((line: string, from: OutputName) => void) | undefined;
  /** A stream that gets all output as well, in the order it came. */
  readonly log?: Writable | undefined;
}

/** How long the container has between SIGTERM and SIGKILL, in milliseconds. */
const graceMs = 5000;

/**
 * Runs one command to its end in a new container on the session's network, where the cluster is `kubernetes`. The
 * container goes in every ending: we remove it, or the session's guard does. An
 * abort ends it with SIGTERM, then SIGKILL, and rejects with the signal's reason.
 * @throws {CiError} IMAGE_MISSING, SESSION_GONE, COMMAND_NOT_STARTED; a non-zero exit is a result
 */
export async function runInSession(
  engine: Docker,
  session: Session,
  request: RunRequest,
): Promise<{ exitCode: number }> {
  const { signal } = request;
  signal?.throwIfAborted();
  const call = {
    what: request.command[0] ?? 'the command',
    image: request.image,
    session: session.name,
    signal,
  };
  return engineStep(call, async () => {
    const container = await engine.createContainer(runContainer(session, request));
    const stop = () => void stopContainer(container);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await putFiles(container, request.files ?? [], request.user);
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      if (signal?.aborted) stop();
      await follow(output as unknown as Readable, request);
      const exitCode = await exitCodeOf(container);
      signal?.throwIfAborted();
      if (exitCode === undefined) throw errors.sessionGone(session.name);
      return { exitCode };
    } finally {
      signal?.removeEventListener('abort', stop);
      await removeContainer(container);
    }
  });
}

function runContainer(session: Session, request: RunRequest): ContainerCreateOptions {
  const { mounts = [], tmpfs = [] } = request;
  return {
    name: names.builder(session.name, request.name ?? 'builder'),
    Image: request.image,
    Entrypoint: [],
    Cmd: [...request.command],
    Env: Object.entries(request.env ?? {}).map(([key, value]) => `${key}=${value}`),
    Labels: { [label.session]: session.name, [label.id]: session.id, [label.role]: 'builder' },
    ...(request.user === undefined ? {} : { User: request.user }),
    ...(request.workdir === undefined ? {} : { WorkingDir: request.workdir }),
    HostConfig: {
      // A first process that forwards signals and collects zombies.
      Init: true,
      NetworkMode: session.network,
      Mounts: mounts.map(({ source, target, readOnly }) => ({
        Type: 'bind',
        Source: source,
        Target: target,
        ReadOnly: readOnly ?? false,
      })),
      Tmpfs: Object.fromEntries(tmpfs.map((path) => [path, ''])),
    },
  };
}

async function follow(output: Readable, { onLine, log }: RunRequest): Promise<void> {
  const lines = lineSplitter(onLine ?? (() => {}));
  for await (const part of demultiplex(output)) {
    log?.write(part.data);
    lines.push(part);
  }
  lines.end();
}

async function stopContainer(container: Docker.Container): Promise<void> {
  await container.kill({ signal: 'SIGTERM' }).catch(() => {});
  await delay(graceMs, undefined, { ref: false });
  await container.kill({ signal: 'SIGKILL' }).catch(() => {});
}

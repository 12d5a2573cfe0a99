import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { collectOutput, exitCode, removeContainer } from '@istio-ci/image-builder';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import type { CommandOptions, CommandResult } from '../place.ts';
import type { BuilderPlan } from '../plan.ts';
import { engineStep } from './engine-errors.ts';
import { putFiles } from './files.ts';

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const graceMs = 5000;

/**
 * Runs one command to its end in a new container on the session's network. The container is removed in every
 * case, by us or by the session's guard. An abort ends it with SIGTERM, then SIGKILL, and rejects with the
 * signal's reason.
 * @throws {CiError} IMAGE_MISSING, SESSION_GONE, COMMAND_NOT_STARTED
 */
export async function runBuilder(
  engine: Docker,
  plan: BuilderPlan,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const subject = argv[0] ?? 'the command';
  const call = { what: `run ${subject}`, subject, image: plan.image, session: plan.session, signal };
  return engineStep(call, async () => {
    const container = await engine.createContainer(builderContainer(plan, argv, options.env));
    const stop = () => void stopContainer(container);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const [uid = 0, gid = 0] = (plan.user ?? '0:0').split(':').map(Number);
      await putFiles(container, plan.files, { mode: 0o400, uid, gid });
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      if (signal?.aborted) stop();
      const texts = await collectOutput(output as unknown as Readable, options);
      const code = await exitCode(container);
      signal?.throwIfAborted();
      return { ...texts, exitCode: code };
    } finally {
      signal?.removeEventListener('abort', stop);
      await removeContainer(container);
    }
  });
}

function builderContainer(
  plan: BuilderPlan,
  argv: readonly string[],
  env: CommandOptions['env'] = {},
): ContainerCreateOptions {
  return {
    name: plan.name,
    Image: plan.image,
    Entrypoint: [],
    Cmd: [...argv],
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...plan.labels },
    ...(plan.user === undefined ? {} : { User: plan.user }),
    ...(plan.workdir === undefined ? {} : { WorkingDir: plan.workdir }),
    HostConfig: {
      // A first process that forwards signals and collects zombies.
      Init: true,
      NetworkMode: plan.network,
      Mounts: plan.mounts.map(({ source, target, readOnly }) => ({
        Type: 'bind',
        Source: source,
        Target: target,
        ReadOnly: readOnly ?? false,
      })),
    },
  };
}

async function stopContainer(container: Docker.Container): Promise<void> {
  await container.kill({ signal: 'SIGTERM' }).catch(() => {});
  await delay(graceMs, undefined, { ref: false });
  await container.kill({ signal: 'SIGKILL' }).catch(() => {});
}

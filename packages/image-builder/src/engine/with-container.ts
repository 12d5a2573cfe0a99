import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { removeContainer } from './container.ts';

/**
 * Runs `body` with a container that ends with this process. Its main program reads from us until the
 * connection ends; then the engine removes it. So nothing is left even if this process is killed.
 */
export async function withContainer<T>(
  engine: Docker,
  options: Docker.ContainerCreateOptions,
  body: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const container = await engine.createContainer({
    ...options,
    Entrypoint: ['cat'],
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: { ...options.HostConfig, AutoRemove: true },
  });
  let input: Duplex | undefined;
  try {
    input = (await container.attach({ stream: true, stdin: true, hijack: true })) as Duplex;
    await container.start();
    return await body(container);
  } finally {
    await removeContainer(container);
    input?.destroy();
  }
}

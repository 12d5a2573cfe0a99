import type { Duplex, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { onLines, removeContainer } from '@istio-ci/kit';
import type Docker from 'dockerode';

/**
 * Runs `body` with a container that ends with us. Its main program reads from us until the connection ends, and
 * the engine then removes it: nothing is left even when this process is killed.
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

/**
 * Runs a command in the container and gives its exit code; `onLine` gets its output. Aborting stops the waiting,
 * not the command: that ends with the container.
 */
export async function execIn(
  container: Docker.Container,
  options: Docker.ExecCreateOptions,
  signal: AbortSignal | undefined,
  onLine: (line: string) => void,
): Promise<number | null> {
  signal?.throwIfAborted();
  const exec = await container.exec({ ...options, Tty: true, AttachStdout: true, AttachStderr: true });
  // With a terminal the output is one plain stream: dockerode's demultiplexer (style.md section 4) is not needed.
  const output = (await exec.start({ Tty: true })) as Readable;
  const stop = () => output.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    onLines(output, onLine);
    await finished(output, { writable: false });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  return (await exec.inspect()).ExitCode;
}

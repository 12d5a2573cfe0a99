import { PassThrough, type Readable } from 'node:stream';
import { demultiplex } from '@istio-ci/image-builder';
import type Docker from 'dockerode';
import type { LogOptions, Output } from '../place.ts';
import { engineError } from './engine-errors.ts';

/** What a container of a session has printed, from its beginning; with `follow` until it ends. */
export async function* containerOutput(
  container: Docker.Container,
  session: string,
  options: LogOptions = {},
): AsyncGenerator<Output> {
  try {
    yield* read(container, options);
  } catch (error) {
    throw engineError(error, { what: 'read the log', session, signal: options.signal });
  }
}

async function* read(
  container: Docker.Container,
  { follow = false, signal }: LogOptions,
): AsyncGenerator<Output> {
  if (!follow) {
    const all = await container.logs({ stdout: true, stderr: true, follow });
    const stream = new PassThrough();
    stream.end(all);
    return yield* demultiplex(stream);
  }
  const stream = (await container.logs({ stdout: true, stderr: true, follow })) as unknown as Readable;
  const stop = () => stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    yield* demultiplex(stream);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

import { PassThrough, type Readable } from 'node:stream';
import type Docker from 'dockerode';
import { demultiplex, type Output } from './frames.ts';

export interface LogOptions {
  /** Go on until the container ends. */
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a container has printed, from its beginning. */
export async function* containerLog(
  container: Docker.Container,
  { follow = false, signal }: LogOptions = {},
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
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The same as one text. */
export async function containerOutput(container: Docker.Container): Promise<string> {
  const parts: Buffer[] = [];
  for await (const { data } of containerLog(container)) parts.push(data);
  return Buffer.concat(parts).toString();
}

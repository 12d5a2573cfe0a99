import { Readable } from 'node:stream';
import { formatBytes, type Operation, type Progress } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { errors } from '../errors.ts';
import { execInSession, type Target } from './node.ts';

/**
 * Puts images into a session's one store, where its Docker and its pods find them at once: refs of the outer
 * engine, or tar archives as streams (`docker save`, OCI). They are streamed: nothing is written in between.
 * @throws {CiError} IMAGE_MISSING, IMAGE_LOAD_FAILED, DISK_FULL
 */
export async function loadImages(
  engine: Docker,
  target: Target,
  images: readonly (string | Readable)[],
  { signal, progress }: Operation = {},
): Promise<void> {
  for (const image of images) {
    const ref = typeof image === 'string' ? image : 'archive';
    const archive = typeof image === 'string' ? await save(engine, image) : image;
    const input = Readable.from(told(archive, ref, progress));
    const result = await execInSession(engine, target, ['docker', 'load', '--quiet'], { input, signal });
    if (result.exitCode !== 0) throw errors.loadFailed([ref], result.stderr);
  }
}

/** The archive as it flows by, with the progress told. */
async function* told(archive: Readable, ref: string, progress: Progress | undefined): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of archive) {
    bytes += (chunk as Buffer).length;
    progress?.(`load ${ref}: ${formatBytes(bytes)}`);
    yield chunk as Buffer;
  }
}

async function save(engine: Docker, image: string): Promise<Readable> {
  return engineStep({ what: `save ${image}`, image }, async () => {
    await engine.getImage(image).inspect();
    return (await engine.getImage(image).get()) as Readable;
  });
}

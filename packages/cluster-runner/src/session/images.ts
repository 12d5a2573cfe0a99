import { Readable } from 'node:stream';
import { formatBytes, type Operation, type Progress } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { errors } from '../errors.ts';
import { execInSession, type Target } from './node.ts';

/** An image archive (`docker save`, OCI) as a stream; the name is for messages. */
export interface ImageArchive {
  readonly name: string;
  readonly archive: Readable;
}

/**
 * Puts images into a session's one store, where its Docker and its pods find them at once: refs of the outer
 * engine, or tar archives as streams. They are streamed: nothing is written in between.
 * @returns what was loaded, as the session's Docker calls it
 * @throws {CiError} IMAGE_MISSING, IMAGE_LOAD_FAILED, DISK_FULL, SESSION_GONE
 */
export async function loadImages(
  engine: Docker,
  target: Target,
  images: readonly (string | ImageArchive)[],
  { signal, progress }: Operation = {},
): Promise<string[]> {
  const loaded: string[] = [];
  for (const image of images) {
    const { name, archive } =
      typeof image === 'string' ? { name: image, archive: await save(engine, image) } : image;
    const input = Readable.from(told(archive, name, progress));
    const result = await execInSession(engine, target, ['docker', 'load', '--quiet'], { input, signal });
    const found = loadedRefs(result.stdout);
    if (result.exitCode !== 0 || found.length === 0) throw errors.loadFailed(name, result.stderr);
    loaded.push(...found);
  }
  return loaded;
}

/** Asks the outer engine for each of them, before a cluster is booted that would be given them. @throws {CiError} IMAGE_MISSING */
export async function requireImages(engine: Docker, images: readonly string[]): Promise<void> {
  for (const image of images)
    await engineStep({ what: `find ${image}`, image }, () => engine.getImage(image).inspect());
}

/** What `docker load` says it has loaded: names, or an id where the archive gives none. Pure. */
export function loadedRefs(output: string): string[] {
  return [...output.matchAll(/^Loaded image(?: ID)?: (\S+)$/gm)].map(([, ref]) => ref ?? '');
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
  await requireImages(engine, [image]);
  return engineStep(
    { what: `save ${image}`, image },
    async () => (await engine.getImage(image).get()) as Readable,
  );
}

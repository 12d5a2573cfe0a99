import { Readable } from 'node:stream';
import { formatBytes, kubernetesLabel, type Operation, type Progress } from '@istio-ci/kit';
import { sessionErrors } from '../errors.ts';
import type { Place, PlaceImages } from '../place/place.ts';
import { execInSession } from './node.ts';
import type { Target } from './target.ts';

/** An image archive (`docker save`, OCI) as a stream; the name is for messages. */
export interface ImageArchive {
  readonly name: string;
  readonly archive: Readable;
}

/**
 * Puts images into the session's store, which its Docker and its pods share: images of the place by their
 * references, or tar archives. They are streamed; nothing is written on the way.
 * @returns the names that the session's Docker reports
 * @throws {CiError} IMAGE_MISSING, IMAGE_LOAD_FAILED, DISK_FULL, SESSION_GONE,
 * PLACE_HAS_NO_IMAGES
 */
export async function loadImages(
  place: Place,
  target: Target,
  images: readonly (string | ImageArchive)[],
  { signal, progress }: Operation = {},
): Promise<string[]> {
  const loaded: string[] = [];
  for (const image of images) {
    const { name, archive } =
      typeof image === 'string' ? { name: image, archive: await imagesOn(place).save(image) } : image;
    const input = Readable.from(reported(archive, name, progress));
    const result = await execInSession(place, target, ['docker', 'load', '--quiet'], { input, signal });
    const found = loadedRefs(result.stdout);
    if (result.exitCode !== 0 || found.length === 0) throw sessionErrors.loadFailed(name, result.stderr);
    loaded.push(...found);
  }
  return loaded;
}

/**
 * Checks that the place has these images, before a cluster is booted that needs them.
 * @throws {CiError} IMAGE_MISSING
 */
export async function requireImages(place: Place, images: readonly string[]): Promise<void> {
  for (const image of images)
    if ((await imagesOn(place).labels(image)) === undefined) throw sessionErrors.imageMissing(image);
}

/** The release of Kubernetes in an image; undefined if the image is foreign, or not there. */
export async function kubernetesIn(place: Place, image: string): Promise<string | undefined> {
  return (await place.images?.labels(image))?.[kubernetesLabel];
}

/** @throws {CiError} PLACE_HAS_NO_IMAGES */
function imagesOn({ name, images }: Place): PlaceImages {
  if (images === undefined) throw sessionErrors.placeHasNoImages(name);
  return images;
}

/** The images that `docker load` reports: names, or an id if the archive has no name. Pure. */
export function loadedRefs(output: string): string[] {
  return [...output.matchAll(/^Loaded image(?: ID)?: (\S+)$/gm)].map(([, ref]) => ref ?? '');
}

/** Passes the archive on and reports the progress. */
async function* reported(
  archive: Readable,
  ref: string,
  progress: Progress | undefined,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of archive) {
    bytes += (chunk as Buffer).length;
    progress?.(`load ${ref}: ${formatBytes(bytes)}`);
    yield chunk as Buffer;
  }
}

import { type BuildOptions, buildFrom, type EngineOption, listFrom } from './builder.ts';
import { catalogueFor } from './catalogue.ts';
import { type ImageName, images } from './images.ts';
import { type ImageOptions, resolveImages } from './inputs.ts';

export { type ClusterImageRequest, provideClusterImage, provideMinikubeImage } from './cluster-image.ts';
export { connectEngine, type EngineAddress, isLocalEngine, requireEngine } from './engine/connect.ts';
export { removeContainer } from './engine/container.ts';
export { collectOutput, execIn } from './engine/exec.ts';
export { exitCode } from './engine/exit-code.ts';
export { demultiplex, lineSplitter } from './engine/frames.ts';
export { withContainer } from './engine/with-container.ts';
export { buildMinikubeImage, type GivenProgram } from './minikube/image.ts';
export type { GivenSources } from './minikube/programs.ts';
export type { ImageName, ImageOptions };

/** All names, in build order. */
export const imageNames: readonly ImageName[] = images.map(({ name }) => name);

/** The images that are built by default. */
export const everydayImages: readonly ImageName[] = images.flatMap((image) =>
  'onRequest' in image ? [] : [image.name],
);

export function isImageName(name: string): name is ImageName {
  return imageNames.some((known) => known === name);
}

interface ImageState {
  readonly name: ImageName;
  readonly ref: string;
  readonly present: boolean;
  readonly id?: string;
  /** Size in the engine, with all that it rests on. */
  readonly bytes?: number;
}

interface BuiltImage {
  readonly name: ImageName;
  readonly ref: string;
  /** False when it was there already. */
  readonly built: boolean;
  readonly seconds: number;
}

/** Every image, in build order, and whether the engine has it as it would be built now. */
export async function listImages(options: ImageOptions & EngineOption = {}): Promise<ImageState[]> {
  return (await listFrom(catalogueFor(options.kubernetes), options)) as ImageState[];
}

/**
 * Builds the named images and their bases, in order, one at a time. Existing images are not rebuilt. The
 * result lists the requested images and those that were built for them.
 * @throws {CiError} NO_BASE_IMAGE, BOOTSTRAP_FAILED, DISK_TOO_SMALL, COMPILE_FAILED, BUILD_STEP_FAILED
 */
export async function buildImages(names: readonly ImageName[], options: BuildOptions): Promise<BuiltImage[]> {
  return (await buildFrom(catalogueFor(options.kubernetes), names, options)) as BuiltImage[];
}

/**
 * The image's full name, `istio-ci/<name>:<12 hex of the hash of its inputs>`; it may not have been built
 * yet.
 */
export async function imageRef(name: ImageName, options: ImageOptions = {}): Promise<string> {
  const resolved = await resolveImages(catalogueFor(options.kubernetes), [name], options);
  const image = resolved.find(({ spec }) => spec.name === name);
  if (image === undefined) throw new Error(`no image is called ${name}`);
  return image.ref;
}

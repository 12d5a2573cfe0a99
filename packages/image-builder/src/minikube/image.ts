import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath, repositoryRoot, withFileLock } from '@istio-ci/kit';
import { build } from '../build.ts';
import { type BuildOptions, buildFrom } from '../builder.ts';
import { catalogueFor } from '../catalogue.ts';
import { hasImage } from '../engine/call.ts';
import { requireEngine } from '../engine/connect.ts';
import { readFolder, storedEntry } from '../folder.ts';
import { hashOf, type ResolvedImage, resolveImages } from '../inputs.ts';

/** A program that is added to an image as it is: minikube's own, which no package registry has. */
export interface GivenProgram {
  readonly name: string;
  readonly place: string;
  /** Hash of its content. */
  readonly sha256: string;
}

/**
 * Builds the cluster's image with minikube in it: one layer over `minikube-dind`, which stays as it is and is
 * shared.
 * @returns the image's full name; an existing image is not rebuilt
 * @throws {CiError} as `buildImages` does
 */
export async function buildMinikubeImage(
  programs: readonly GivenProgram[],
  options: BuildOptions,
): Promise<{ ref: string; built: boolean; seconds: number }> {
  const { engine = await requireEngine(), kubernetes } = options;
  const catalogue = catalogueFor(kubernetes);
  await buildFrom(catalogue, ['minikube-dind'], { ...options, engine });
  const [base] = (await resolveImages(catalogue, ['minikube-dind'], options)).slice(-1);
  if (base === undefined) throw new Error('minikube-dind is in no catalogue');
  const image = await resolve(base, programs);
  const started = performance.now();
  const built = await withFileLock(cachePath('locks', `image-${image.spec.name}`), options, async () => {
    if (await hasImage(engine, image.ref)) return false;
    await build(engine, image, base.ref, options);
    return true;
  });
  return { ref: image.ref, built, seconds: built ? (performance.now() - started) / 1000 : 0 };
}

async function resolve(base: ResolvedImage, programs: readonly GivenProgram[]): Promise<ResolvedImage> {
  const name = 'minikube';
  const added = programs.map(async (program) =>
    storedEntry(`bin/${program.name}`, program.place, (await stat(program.place)).size, program.sha256),
  );
  const folder = await readFolder(join(repositoryRoot, 'images', name));
  const files = [...folder, ...(await Promise.all(added))];
  const args = { BASE_IMAGE: base.ref };
  const { labels } = base;
  const hash = hashOf(args, files, [], labels);
  const spec = { name, from: 'minikube-dind', diskMiB: 300 };
  return { spec, hash, ref: `istio-ci/${name}:${hash}`, args, files, binaries: [], labels };
}

import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { headManifest } from '../registry/client.ts';
import type { RegistryConnection } from '../registry/connection.ts';
import { parseRepository, type Repository, repositoryName } from '../registry/reference.ts';
import { type EngineImage, engineImages, isEngineImage } from './engine-images.ts';
import { checkEngineImages, checkRights } from './ladder.ts';
import { tagsToMove } from './moving-tags.ts';
import { receiptOf, unknownImage } from './receipt.ts';
import type { Receipt, ReceiptImage } from './receipt-schema.ts';
import type { ReleaseRun } from './run.ts';

/** What a dry run looks at. */
export interface DryRun extends Operation {
  readonly engine: Docker;
  readonly registry: RegistryConnection;
  readonly run: ReleaseRun;
}

/**
 * Everything of a push but its writes: rights, tags, conflicts; the receipt that the push would give, for the images
 * that the engine has under the candidate tag. Neither registry, journal nor `receipt.json` is written.
 * @throws {CiError} what the push would throw before its first byte
 */
export async function dryRun(work: DryRun): Promise<Receipt> {
  const { engine, registry, run } = work;
  const images = await engineImages(engine, run.hubs[0] ?? '', run.candidateTag);
  await checkRights(registry, run, images, work);
  const tags = run.releaseTag === null ? [run.candidateTag] : [run.candidateTag, run.releaseTag];
  await checkEngineImages(registry, run.hubs, images, tags);
  const moving = new Map<string, string[]>();
  for (const hub of run.hubs) moving.set(hub, await tagsToMove(registry, hub, run, images));
  const described: ReceiptImage[] = [];
  for (const image of images) described.push(await foresee(work, image, moving));
  return receiptOf(run, {
    outcome: run.releaseTag === null ? 'candidate' : 'released',
    dryRun: true,
    images: described,
  });
}

async function foresee(
  { registry, run }: DryRun,
  image: EngineImage,
  moving: ReadonlyMap<string, readonly string[]>,
): Promise<ReceiptImage> {
  const { name, variant } = image;
  const locations: ReceiptImage['locations'] = [];
  let digest = image.digests[0] ?? null;
  for (const hub of run.hubs) {
    const repository = parseRepository(`${hub}/${name}`);
    const there = (tag: string) => ownDigest(registry, repository, image, `${tag}${variant}`);
    const candidate = await there(run.candidateTag);
    digest ??= candidate ?? null;
    const tags: ReceiptImage['locations'][number]['tags'] = [
      { tag: `${run.candidateTag}${variant}`, kind: 'candidate', status: candidate ? 'unchanged' : 'pushed' },
    ];
    if (run.releaseTag !== null) {
      const status = (await there(run.releaseTag)) ? 'unchanged' : 'pushed';
      tags.push({ tag: `${run.releaseTag}${variant}`, kind: 'release', status });
    }
    for (const tag of run.moving) {
      const status = moving.get(hub)?.includes(tag) ? ((await there(tag)) ? 'unchanged' : 'moved') : 'kept';
      tags.push({ tag: `${tag}${variant}`, kind: 'moving', status });
    }
    locations.push({ registry: repository.host, repository: repositoryName(repository), tags });
  }
  return { name, variant, digest, ...unknownImage, locations };
}

/** The digest under a tag, if that is the engine's image. */
async function ownDigest(
  registry: RegistryConnection,
  repository: Repository,
  image: EngineImage,
  tag: string,
): Promise<string | undefined> {
  const digest = await headManifest(registry, repository, tag);
  return digest !== undefined && (await isEngineImage(registry, repository, image, digest))
    ? digest
    : undefined;
}

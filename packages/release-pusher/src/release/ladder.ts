import type { Operation } from '@istio-ci/kit';
import type { TagConflict, TagHolder } from '../error-context.ts';
import { releaseErrors } from '../errors.ts';
import { atOnce } from '../registry/at-once.ts';
import { getManifest, headManifest, imageFacts } from '../registry/client.ts';
import type { RegistryConnection } from '../registry/connection.ts';
import { parseRepository, type Repository, repositoryName } from '../registry/reference.ts';
import { type EngineImage, isEngineImage } from './engine-images.ts';
import type { ReleasedImage, ReleaseRun } from './run.ts';

/** A tag in a repository, and the digest that it is to name. */
export interface WantedTag {
  readonly repository: Repository;
  readonly tag: string;
  readonly digest: string;
}

/** `quay.io/acme/pilot:1.29.1`. */
export function refOf({ repository, tag }: Pick<WantedTag, 'repository' | 'tag'>): string {
  return `${repositoryName(repository)}:${tag}`;
}

/** Every image of every hub under `tag`, each with its variant's ending. Pure. */
export function wantedTags(
  hubs: readonly string[],
  images: readonly ReleasedImage[],
  tag: string,
): WantedTag[] {
  return hubs.flatMap((hub) =>
    images.map(({ name, variant, digest }) => ({
      repository: parseRepository(`${hub}/${name}`),
      tag: `${tag}${variant}`,
      digest,
    })),
  );
}

/** A registry's answer about rights is for one repository. Every Istio distribution has this image. */
export const typicalImage = 'pilot';

/**
 * Holds that every hub takes pushes of the images, or of the typical one while none is known.
 * @throws {CiError} PUSH_DENIED
 */
export async function checkRights(
  registry: RegistryConnection,
  { hubs }: Pick<ReleaseRun, 'hubs'>,
  images: readonly Pick<EngineImage, 'name'>[],
  { progress }: Operation,
): Promise<void> {
  progress?.('looking at the right to push');
  const names = images.length > 0 ? new Set(images.map(({ name }) => name)) : [typicalImage];
  for (const hub of hubs)
    for (const name of names) await registry.checkAccess(parseRepository(`${hub}/${name}`), 'push');
}

/**
 * Looks at every tag before one is written: free, or with our digest already, else a conflict. All conflicts are
 * told at once. Between this look and a write another pusher may come (registries have no conditional write:
 * distribution-spec#251), so each write looks again, and all tags are verified at the end.
 * @throws {CiError} TAG_CONFLICT
 */
export async function checkTags(registry: RegistryConnection, wanted: readonly WantedTag[]): Promise<void> {
  const found = await atOnce(wanted, async (tag) => {
    const there = await headManifest(registry, tag.repository, tag.tag);
    return there === undefined || there === tag.digest ? undefined : conflictOf(registry, tag, there);
  });
  const conflicts = found.filter((conflict) => conflict !== undefined);
  if (conflicts.length > 0) throw releaseErrors.tagConflict(conflicts);
}

/**
 * The same look for images that are still only in the engine, whose digest may not be known yet.
 * @throws {CiError} TAG_CONFLICT
 */
export async function checkEngineImages(
  registry: RegistryConnection,
  hubs: readonly string[],
  images: readonly EngineImage[],
  tags: readonly string[],
): Promise<void> {
  const conflicts: TagConflict[] = [];
  for (const hub of hubs)
    for (const image of images)
      for (const base of tags) {
        const repository = parseRepository(`${hub}/${image.name}`);
        const tag = `${base}${image.variant}`;
        const there = await headManifest(registry, repository, tag);
        if (there === undefined || (await isEngineImage(registry, repository, image, there))) continue;
        conflicts.push(await conflictOf(registry, { repository, tag, digest: image.digests[0] }, there));
      }
  if (conflicts.length > 0) throw releaseErrors.tagConflict(conflicts);
}

async function conflictOf(
  registry: RegistryConnection,
  wanted: Omit<WantedTag, 'digest'> & { digest: string | undefined },
  there: string,
): Promise<TagConflict> {
  const { repository, digest } = wanted;
  return {
    ref: refOf(wanted),
    there: await holderOf(registry, repository, there),
    ours: await holderOf(registry, repository, digest),
  };
}

/** What is known of an image; of one that is not in this repository yet, its digest alone. */
async function holderOf(
  registry: RegistryConnection,
  repository: Repository,
  digest: string | undefined,
): Promise<TagHolder> {
  if (digest === undefined || (await headManifest(registry, repository, digest)) === undefined)
    return { digest };
  const facts = await imageFacts(registry, repository, await getManifest(registry, repository, digest));
  return { digest, created: facts?.created, revision: facts?.revision };
}

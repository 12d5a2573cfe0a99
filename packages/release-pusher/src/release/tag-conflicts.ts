import { CiError } from '@istio-ci/kit';
import {
  atOnce,
  getManifest,
  headManifest,
  imageFacts,
  parseRepository,
  type RegistryConnection,
  type Repository,
  repositoryName,
} from '@istio-ci/registry';
import type { TagConflict, TagHolder } from '../errors.ts';
import { releaseErrors } from '../errors.ts';
import { isEngineImage } from './engine-images.ts';
import type { ExpectedImage } from './expected-images.ts';
import type { ReleasedImage } from './push-record.ts';

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

/**
 * Checks every tag before one is written: it must be free or have our digest already. All conflicts are
 * reported at once. Another pusher may come between this check and a write (registries have no conditional
 * write: distribution-spec#251), so each write checks again, and all tags are verified at the end.
 * @throws {CiError} TAG_CONFLICT
 */
export async function checkTags(registry: RegistryConnection, wanted: readonly WantedTag[]): Promise<void> {
  const found = await atOnce(wanted, async (tag) => {
    const there = await headManifest(registry, tag.repository, tag.tag);
    return there === undefined || there === tag.digest
      ? undefined
      : conflictOf(registry, tag, there, await holderOf(registry, tag.repository, tag.digest));
  });
  throwConflicts(found);
}

/**
 * The same look for images that were not pushed yet: a tag that is out must name one that the engine has. One
 * that is still to be built may turn out as any digest, so a tag of it that is out is a conflict as well.
 * @throws {CiError} TAG_CONFLICT
 */
export async function checkExpected(
  registry: RegistryConnection,
  hubs: readonly string[],
  images: readonly ExpectedImage[],
  tag: string,
): Promise<void> {
  const wanted = hubs.flatMap((hub) =>
    images.map((image) => ({ image, repository: parseRepository(`${hub}/${image.name}`) })),
  );
  const found = await atOnce(wanted, async ({ image, repository }) => {
    const ref = { repository, tag: `${tag}${image.variant}` };
    try {
      const there = await headManifest(registry, repository, ref.tag);
      if (there === undefined || (await isOneOf(registry, repository, image.identities, there)))
        return undefined;
      return await conflictOf(registry, ref, there, await builtHolder(registry, repository, image));
    } catch (error) {
      // A name that is only guessed may be of a repository that is not ours to read.
      if (image.guessed && error instanceof CiError && error.code === 'PUSH_DENIED') return undefined;
      throw error;
    }
  });
  throwConflicts(found);
}

/** True when `digest`, as the registry holds it, is one of the engine's images. */
export async function isOneOf(
  registry: RegistryConnection,
  repository: Repository,
  identities: ExpectedImage['identities'],
  digest: string,
): Promise<boolean> {
  for (const identity of identities)
    if (await isEngineImage(registry, repository, identity, digest)) return true;
  return false;
}

function throwConflicts(found: readonly (TagConflict | undefined)[]): void {
  const conflicts = found.filter((conflict) => conflict !== undefined);
  if (conflicts.length > 0) throw releaseErrors.tagConflict(conflicts);
}

async function conflictOf(
  registry: RegistryConnection,
  tag: Pick<WantedTag, 'repository' | 'tag'>,
  there: string,
  ours: TagHolder,
): Promise<TagConflict> {
  return { ref: refOf(tag), there: await holderOf(registry, tag.repository, there), ours };
}

/** The facts about an image; only the digest if this repository does not have it yet. */
async function holderOf(
  registry: RegistryConnection,
  repository: Repository,
  digest: string,
): Promise<TagHolder> {
  if ((await headManifest(registry, repository, digest)) === undefined) return { digest };
  const facts = await imageFacts(registry, repository, await getManifest(registry, repository, digest));
  return { digest, created: facts?.created, revision: facts?.revision };
}

/**
 * The facts about an image before it is pushed: the registry's if it has the image, otherwise the engine's.
 */
async function builtHolder(
  registry: RegistryConnection,
  repository: Repository,
  { identities: [image] }: ExpectedImage,
): Promise<TagHolder> {
  if (!image) return { digest: undefined };
  const { id: engineId, digests, created, revision } = image;
  const [digest] = digests;
  return digest === undefined
    ? { digest, engineId, created, revision }
    : { created, revision, ...(await holderOf(registry, repository, digest)) };
}

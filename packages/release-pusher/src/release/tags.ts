import { CiError, type Progress } from '@istio-ci/kit';
import {
  atOnce,
  getManifest,
  headManifest,
  parseManifest,
  putManifest,
  type RegistryConnection,
  repositoryName,
} from '@istio-ci/registry';
import { releaseErrors } from '../errors.ts';
import { checkTags, refOf, type WantedTag } from './tag-conflicts.ts';

/**
 * Puts a tag on a digest that its repository holds: the same bytes, stored under one more name. A tag that
 * names another image is refused; each attempt looks again, because an attempt that was cut may have worked.
 * @throws {CiError} TAG_CONFLICT, INDEX_INCOMPLETE, DIGEST_MISMATCH
 */
export async function putTag(
  registry: RegistryConnection,
  wanted: WantedTag,
): Promise<'pushed' | 'unchanged'> {
  if ((await headManifest(registry, wanted.repository, wanted.tag)) === wanted.digest) return 'unchanged';
  const { repository, tag, digest } = wanted;
  const manifest = await getManifest(registry, repository, digest);
  await registry.retry(repository, `the tag ${refOf(wanted)}`, async () => {
    await checkTags(registry, [wanted]);
    await putManifest(registry, repository, tag, manifest);
  });
  return 'pushed';
}

/**
 * Puts a tag that moves from release to release on a digest, whatever it named before. Each attempt asks
 * `may` again, because a newer release may come out between two attempts. If the registry keeps the tag where
 * it is, that is accepted.
 */
export async function moveTag(
  registry: RegistryConnection,
  wanted: WantedTag,
  may: () => Promise<boolean>,
  progress?: Progress,
): Promise<'moved' | 'unchanged' | 'kept'> {
  const { repository, tag, digest } = wanted;
  const manifest = await getManifest(registry, repository, digest);
  let wrote = false;
  const status = await registry
    .retry(repository, `the tag ${refOf(wanted)}`, async () => {
      if (!(await may())) return 'kept';
      if ((await headManifest(registry, repository, tag)) === digest) return wrote ? 'moved' : 'unchanged';
      wrote = true;
      await putManifest(registry, repository, tag, manifest);
      return 'moved';
    })
    .catch((error: unknown) => {
      if (!(error instanceof CiError) || error.code !== 'TAG_CONFLICT') throw error;
      progress?.(`warning: ${refOf(wanted)} stays where it is: ${error.message}`);
      return 'kept' as const;
    });
  if (status === 'kept') return status;
  const there = await seenAt(registry, wanted);
  if (there === digest) return status;
  if (await may()) throw releaseErrors.tagNotOurs(refOf(wanted), digest, there);
  return 'kept';
}

/**
 * Checks that a digest is in its repository and complete: for an index, with everything that it lists.
 * @throws {CiError} DIGEST_MISMATCH, INDEX_INCOMPLETE
 */
export async function verifyImage(
  registry: RegistryConnection,
  { repository, digest }: WantedTag,
): Promise<void> {
  const ref = `${repositoryName(repository)}@${digest}`;
  const manifest = await getManifest(registry, repository, digest);
  await atOnce(parseManifest(manifest, ref).children, async (child) => {
    const there = await headManifest(registry, repository, child.digest);
    if (there !== child.digest) throw releaseErrors.indexIncomplete(ref, child.digest);
  });
}

/** Checks that every tag names its digest. @throws {CiError} DIGEST_MISMATCH */
export async function verifyTags(registry: RegistryConnection, wanted: readonly WantedTag[]): Promise<void> {
  await atOnce(wanted, async (tag) => {
    const there = await seenAt(registry, tag);
    if (there !== tag.digest) throw releaseErrors.tagNotOurs(refOf(tag), tag.digest, there);
  });
}

/** The digest under a tag that was written: the one that was wanted, unless it stays another one. */
function seenAt(registry: RegistryConnection, wanted: WantedTag): Promise<string | undefined> {
  const { repository, tag, digest } = wanted;
  const look = () => headManifest(registry, repository, tag);
  return registry.settled(`the tag ${refOf(wanted)}`, look, (there) => there === digest);
}

import { releaseErrors } from '../errors.ts';
import { atOnce } from '../registry/at-once.ts';
import { getManifest, headManifest, putManifest } from '../registry/client.ts';
import type { RegistryConnection } from '../registry/connection.ts';
import { parseManifest } from '../registry/manifest.ts';
import { repositoryName } from '../registry/reference.ts';
import { checkTags, refOf, type WantedTag } from './ladder.ts';

/**
 * Puts a tag on a digest that its repository holds: the same bytes, stored under one more name. A tag that names
 * another image is refused; each attempt looks again, because an attempt that was cut may have worked.
 * @throws {CiError} TAG_CONFLICT, INDEX_INCOMPLETE, DIGEST_MISMATCH
 */
export async function putTag(
  registry: RegistryConnection,
  wanted: WantedTag,
): Promise<'pushed' | 'unchanged'> {
  if ((await headManifest(registry, wanted.repository, wanted.tag)) === wanted.digest) return 'unchanged';
  await writeTag(registry, wanted, () => checkTags(registry, [wanted]));
  return 'pushed';
}

/** Puts a tag that moves from release to release on a digest, whatever it named before. */
export async function moveTag(
  registry: RegistryConnection,
  wanted: WantedTag,
): Promise<'moved' | 'unchanged'> {
  if ((await headManifest(registry, wanted.repository, wanted.tag)) === wanted.digest) return 'unchanged';
  await writeTag(registry, wanted, async () => {});
  return 'moved';
}

async function writeTag(
  registry: RegistryConnection,
  wanted: WantedTag,
  check: () => Promise<void>,
): Promise<void> {
  const { repository, tag, digest } = wanted;
  const manifest = await getManifest(registry, repository, digest);
  await registry.retry(repository, `the tag ${refOf(wanted)}`, async () => {
    await check();
    await putManifest(registry, repository, tag, manifest);
  });
}

/**
 * Holds that a digest is in its repository, whole: an index with everything that it lists.
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

/**
 * Holds that every tag names its digest.
 * @throws {CiError} DIGEST_MISMATCH
 */
export async function verifyTags(registry: RegistryConnection, wanted: readonly WantedTag[]): Promise<void> {
  await atOnce(wanted, async (tag) => {
    const there = await headManifest(registry, tag.repository, tag.tag);
    if (there !== tag.digest) throw releaseErrors.digestMismatch(refOf(tag), tag.digest, there ?? 'nothing');
  });
}

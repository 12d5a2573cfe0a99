import { atOnce, listTags, parseRepository, type RegistryConnection } from '@istio-ci/registry';
import { mayMove, parseVersion, type ReleaseVersion } from '../decision/version.ts';
import type { PushRecord, ReleasedImage } from './push-record.ts';

/**
 * Those of the record's moving tags that may move in `hub`: no image there has a newer release. The registry
 * is asked, not git: another branch's newer release may be out without being in this clone.
 */
export async function tagsToMove(
  registry: RegistryConnection,
  hub: string,
  record: PushRecord,
  images: readonly Pick<ReleasedImage, 'name' | 'variant'>[],
): Promise<string[]> {
  const version = record.releaseTag === null ? undefined : parseVersion(record.releaseTag, grammarOf(record));
  if (!version || record.moving.length === 0) return [];
  const out = await atOnce(images, async ({ name, variant }) =>
    releasesIn(await listTags(registry, parseRepository(`${hub}/${name}`)), variant, record),
  );
  return record.moving.filter((tag) => mayMove(tag, version, out.flat()));
}

/**
 * The releases among an image's tags, for one variant: `1.29.1-distroless` is 1.29.1 of the variant. Pure.
 */
function releasesIn(tags: readonly string[], variant: string, record: PushRecord): ReleaseVersion[] {
  return tags
    .filter((tag) => tag.endsWith(variant))
    .map((tag) => parseVersion(tag.slice(0, tag.length - variant.length), grammarOf(record)))
    .filter((version) => version !== undefined);
}

function grammarOf({ grammar: { vendor, pattern } }: PushRecord) {
  return { ...(vendor ? { vendor } : {}), ...(pattern === undefined ? {} : { pattern }) };
}

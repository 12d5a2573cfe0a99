import { tagsToMove } from './moving-tags.ts';
import type { ReleasedImage } from './push-record.ts';
import { copyToHubs } from './share.ts';
import { checkTags, refOf, wantedTags } from './tag-conflicts.ts';
import { moveTag, putTag, verifyTags } from './tags.ts';
import { type FinishWork, recordTag, stateOf } from './work.ts';

/**
 * Checks that the release tag is free, or names our digests already, in every hub.
 * @throws {CiError} TAG_CONFLICT
 */
export async function checkReleaseTags({ registry, journal, progress }: FinishWork): Promise<void> {
  const { record, releaseImages = [] } = stateOf(journal);
  if (record.releaseTag === null) return;
  progress?.(`checking that ${record.releaseTag} is free`);
  await checkTags(registry, wantedTags(record.hubs, releaseImages, record.releaseTag));
}

/** Puts the release tag on its digests in every hub, and verifies all of them. */
export async function putReleaseTags(work: FinishWork): Promise<void> {
  const { registry, journal, progress } = work;
  const { record, candidates = [], releaseImages = [] } = stateOf(journal);
  if (record.releaseTag === null) return;
  // Every hub has the candidates by now; those of mode rebuild are other images.
  const isCandidate = ({ name, digest }: ReleasedImage) =>
    candidates.some((one) => one.name === name && one.digest === digest);
  const others = releaseImages.filter((image) => !isCandidate(image));
  await copyToHubs(work, others);
  const wanted = wantedTags(record.hubs, releaseImages, record.releaseTag);
  await journal.append({ event: 'tagging' });
  for (const tag of wanted) {
    progress?.(`tagging ${refOf(tag)}`);
    await recordTag(work, tag, await putTag(registry, tag));
  }
  await verifyTags(registry, wanted);
}

/** Moves `latest` and the like in every hub, unless a newer release is out there. */
export async function moveTags(work: FinishWork): Promise<void> {
  const { record, releaseImages = [] } = stateOf(work.journal);
  if (record.releaseTag === null) return;
  for (const hub of record.hubs) await moveTagsIn(work, hub, releaseImages);
}

async function moveTagsIn(work: FinishWork, hub: string, images: readonly ReleasedImage[]): Promise<void> {
  const { record } = stateOf(work.journal);
  const { registry, progress } = work;
  const may = await tagsToMove(registry, hub, record, images);
  for (const moving of record.moving)
    for (const image of images)
      for (const tag of wantedTags([hub], [image], moving)) {
        const still = async () => (await tagsToMove(registry, hub, record, [image])).includes(moving);
        progress?.(`moving ${refOf(tag)}`);
        const status = may.includes(moving) ? await moveTag(registry, tag, still, progress) : 'kept';
        await recordTag(work, tag, status);
      }
}

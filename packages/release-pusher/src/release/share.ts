import { atOnce, copyImage, parseRepository } from '@istio-ci/registry';
import type { ReleasedImage } from './push-record.ts';
import { checkTags, refOf, wantedTags } from './tag-conflicts.ts';
import { putTag, verifyImage, verifyTags } from './tags.ts';
import { type FinishWork, recordTag, stateOf } from './work.ts';

/** The first hub has the candidates from the engine; the other hubs get the same bytes from it. */
export async function shareCandidates(work: FinishWork): Promise<void> {
  const { record, candidates = [], tags } = stateOf(work.journal);
  const wanted = wantedTags(record.hubs, candidates, record.candidateTag);
  await checkTags(work.registry, wanted);
  await copyToHubs(work, candidates);
  await atOnce(wanted, (tag) => verifyImage(work.registry, tag));
  for (const tag of wanted) {
    const fresh = (await putTag(work.registry, tag)) === 'pushed' || !tags.has(refOf(tag));
    await recordTag(work, tag, fresh ? 'pushed' : 'unchanged');
  }
  await verifyTags(work.registry, wanted);
}

/** Copies images by digest from the first hub to the others. */
export async function copyToHubs(
  { registry, journal, progress }: FinishWork,
  images: readonly ReleasedImage[],
): Promise<void> {
  const [first = '', ...others] = stateOf(journal).record.hubs;
  for (const hub of others)
    for (const { name, digest } of images) {
      progress?.(`copying ${name} to ${hub}`);
      const [from, to] = [parseRepository(`${first}/${name}`), parseRepository(`${hub}/${name}`)];
      await copyImage(registry, from, to, digest);
    }
}

import { atOnce, headManifest } from '@istio-ci/registry';
import { releaseErrors } from '../errors.ts';
import { engineImages } from './engine-images.ts';
import { journalFile } from './journal.ts';
import { pushImages } from './push-images.ts';
import type { ReleasedImage } from './push-record.ts';
import { checkExpected, refOf, wantedTags } from './tag-conflicts.ts';
import { type PushWork, stateOf } from './work.ts';

/**
 * Mode rebuild: the article's second `make push`, which builds every image again under the release tag. It
 * runs only while no image is out under that tag; once all are built, missing ones are pushed from the engine
 * as they are.
 * @throws {CiError} TAG_CONFLICT, REBUILD_CUT, REBUILD_DIFFERS
 */
export async function rebuildImages(work: PushWork, releaseTag: string): Promise<ReleasedImage[]> {
  const { record, candidates = [], tagging: begun } = stateOf(work.journal);
  const [hub = ''] = record.hubs;
  const needed = async () => {
    const expected = await expectedFrom(work, candidates, hub, releaseTag);
    await checkExpected(work.registry, record.hubs, expected, releaseTag).catch(async (conflict: unknown) => {
      // The image that is out may be ours, from an engine that is gone.
      throw (begun && (await cutError(work, candidates, releaseTag))) || conflict;
    });
    if (expected.every(({ identities }) => identities.length > 0)) return false;
    const error = await cutError(work, candidates, releaseTag);
    if (error) throw error;
    return true;
  };
  await needed();
  await work.journal.append({ event: 'tagging' });
  const images = await pushImages(work, hub, releaseTag, needed);
  const [missing, extra] = [namesOnlyIn(candidates, images), namesOnlyIn(images, candidates)];
  if (missing.length + extra.length > 0)
    throw releaseErrors.rebuildDiffers(releaseTag, missing, extra, journalFile(work.outDir));
  return images;
}

/** The candidates, each with the engine's images that the second push has built of it so far. */
async function expectedFrom(
  { engine }: PushWork,
  candidates: readonly ReleasedImage[],
  hub: string,
  releaseTag: string,
) {
  const built = await engineImages(engine, hub, releaseTag);
  return candidates.map(({ name, variant }) => {
    const identities = built.filter((image) => image.name === name && image.variant === variant);
    return { name, variant, identities, guessed: false };
  });
}

/** REBUILD_CUT if an image is out under the release tag: another build would replace it. */
async function cutError(
  { registry, journal, outDir }: PushWork,
  candidates: readonly ReleasedImage[],
  releaseTag: string,
) {
  const [hub = ''] = stateOf(journal).record.hubs;
  const found = await atOnce(wantedTags([hub], candidates, releaseTag), async (tag) =>
    (await headManifest(registry, tag.repository, tag.tag)) === undefined ? [] : [refOf(tag)],
  );
  const out = found.flat();
  return out.length === 0 ? undefined : releaseErrors.rebuildCut(releaseTag, out, journalFile(outDir));
}

/** The images of `a` that `b` does not have, by name and variant. Pure. */
function namesOnlyIn(a: readonly ReleasedImage[], b: readonly ReleasedImage[]): string[] {
  const names = (images: readonly ReleasedImage[]) => images.map(({ name, variant }) => `${name}${variant}`);
  const others = new Set(names(b));
  return names(a).filter((name) => !others.has(name));
}

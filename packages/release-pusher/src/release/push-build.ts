import { releaseErrors } from '../errors.ts';
import { atOnce } from '../registry/at-once.ts';
import { headManifest } from '../registry/client.ts';
import { engineImages } from './engine-images.ts';
import { type ExpectedImage, expectedImages, type PlanMakePush } from './expected-images.ts';
import { type Finishing, stateOf } from './finish.ts';
import { journalFile } from './journal.ts';
import { checkExpected, refOf, wantedTags } from './ladder.ts';
import { type Pusher, pushImages } from './push-images.ts';
import { checkRights } from './rights.ts';
import type { ReleasedImage, ReleaseRun } from './run.ts';

/** What a push looks at before its first byte. */
export interface LookAhead extends Pick<Finishing, 'registry' | 'signal' | 'progress'> {
  readonly engine: Pusher['engine'];
  readonly planMakePush?: PlanMakePush | undefined;
}

/**
 * Everything that can be known before the first byte: the right to push, and the tags of the images that the push
 * is expected to push. A push that goes on may write its candidates again: nothing was released from them.
 * @throws {CiError} PUSH_DENIED, TAG_CONFLICT
 */
export async function lookAhead(
  { engine, registry, planMakePush, ...operation }: LookAhead,
  run: ReleaseRun,
  how: 'begin' | 'go on',
): Promise<ExpectedImage[]> {
  const expected = await expectedImages(engine, run.hubs[0] ?? '', run.candidateTag, planMakePush);
  const told = expected.filter(({ guessed }) => !guessed);
  await checkRights(
    registry,
    run.hubs,
    told.map(({ name }) => name),
    operation,
  );
  if (how === 'begin') await checkExpected(registry, run.hubs, expected, run.candidateTag);
  // Of an image that is still to be built nobody knows the digest; its release tag is looked at once it is known.
  const known = told.filter(({ identities }) => identities.length > 0);
  if (run.releaseTag !== null) await checkExpected(registry, run.hubs, known, run.releaseTag);
  return told;
}

/** The push of what was tested, done once in a journal's push. */
export async function pushCandidates(
  pusher: Pusher & LookAhead,
  work: Finishing,
  how: 'begin' | 'go on',
): Promise<void> {
  const { journal } = work;
  const { run, candidates } = stateOf(journal);
  if (candidates) return;
  await lookAhead(pusher, run, how);
  const images = await pushImages(pusher, run.hubs[0] ?? '', run.candidateTag, work);
  await journal.append({ event: 'candidates', images });
}

/**
 * Finds out which images go under the release tag: the candidates, or in mode rebuild those of the article's second
 * `make push`.
 * @returns true where there was a second push
 */
export async function pushAgain(pusher: Pusher, work: Finishing): Promise<boolean> {
  const { journal } = work;
  const { run, candidates = [], releaseImages } = stateOf(journal);
  if (run.releaseTag === null) return false;
  const rebuild = run.mode === 'rebuild';
  if (releaseImages) return rebuild;
  const images = rebuild ? await secondPush(pusher, work, run.releaseTag) : candidates;
  await journal.append({ event: 'release-images', images: [...images] });
  return rebuild;
}

/**
 * The second push builds every image anew, so it runs only while none is out under the release tag; once all are built,
 * what is missing there is pushed from the engine as it is.
 * @throws {CiError} TAG_CONFLICT, REBUILD_CUT, REBUILD_DIFFERS
 */
async function secondPush(pusher: Pusher, work: Finishing, releaseTag: string): Promise<ReleasedImage[]> {
  const { journal, registry } = work;
  const { run, candidates = [], tagging: begun } = stateOf(journal);
  const [hub = ''] = run.hubs;
  const cut = async () => {
    const wanted = wantedTags([hub], candidates, releaseTag);
    const out = await atOnce(wanted, async (tag) =>
      (await headManifest(registry, tag.repository, tag.tag)) === undefined ? [] : [refOf(tag)],
    );
    return out.flat().length === 0
      ? undefined
      : releaseErrors.rebuildCut(releaseTag, out.flat(), journalFile(work.outDir));
  };
  const needed = async () => {
    const built = await engineImages(pusher.engine, hub, releaseTag);
    const expected = candidates.map(({ name, variant }) => {
      const identities = built.filter((image) => image.name === name && image.variant === variant);
      return { name, variant, identities, guessed: false };
    });
    await checkExpected(registry, run.hubs, expected, releaseTag).catch(async (conflict: unknown) => {
      // What is out may be ours, of an engine that is gone.
      throw (begun && (await cut())) || conflict;
    });
    if (expected.every(({ identities }) => identities.length > 0)) return false;
    const error = await cut();
    if (error) throw error;
    return true;
  };
  await needed();
  await journal.append({ event: 'tagging' });
  const images = await pushImages(pusher, hub, releaseTag, work, needed);
  const [missing, extra] = [namesOnlyIn(candidates, images), namesOnlyIn(images, candidates)];
  if (missing.length + extra.length > 0)
    throw releaseErrors.rebuildDiffers(releaseTag, missing, extra, journalFile(work.outDir));
  return images;
}

/** Those images of `a` that `b` does not have, by name and variant. Pure. */
function namesOnlyIn(a: readonly ReleasedImage[], b: readonly ReleasedImage[]): string[] {
  const names = (images: readonly ReleasedImage[]) => images.map(({ name, variant }) => `${name}${variant}`);
  const others = new Set(names(b));
  return names(a).filter((name) => !others.has(name));
}

import { releaseErrors } from '../errors.ts';
import { atOnce } from '../registry/at-once.ts';
import { headManifest } from '../registry/client.ts';
import { parseRepository } from '../registry/reference.ts';
import { engineImages } from './engine-images.ts';
import { type ExpectedImage, expectedImages, type PlanMakePush } from './expected-images.ts';
import { type Finishing, stateOf } from './finish.ts';
import { journalFile } from './journal.ts';
import { checkExpected } from './ladder.ts';
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

/** The pushes that need the engine, each done once in a journal's push. */
export async function pushFromBuild(
  pusher: Pusher & LookAhead,
  work: Finishing,
  how: 'begin' | 'go on',
): Promise<void> {
  const { journal } = work;
  const { run } = stateOf(journal);
  const [hub = ''] = run.hubs;
  if (!stateOf(journal).candidates) {
    await lookAhead(pusher, run, how);
    const images = await pushImages(pusher, hub, run.candidateTag, work);
    await journal.append({ event: 'candidates', images });
  }
  const { candidates = [], releaseImages } = stateOf(journal);
  if (run.releaseTag === null || releaseImages) return;
  const images = run.mode === 'promote' ? candidates : await pushAgain(pusher, work, run.releaseTag);
  await journal.append({ event: 'release-images', images: [...images] });
}

/**
 * Mode rebuild: the article's second `make push`, under the release tag. It builds every image anew, so it runs only
 * while none is out under that tag; once all are built, what is missing there is pushed from the engine as it is.
 */
async function pushAgain(pusher: Pusher, work: Finishing, releaseTag: string): Promise<ReleasedImage[]> {
  const { journal, registry } = work;
  const { run, candidates = [] } = stateOf(journal);
  const [hub = ''] = run.hubs;
  const needed = async () => {
    const built = await engineImages(pusher.engine, hub, releaseTag);
    const expected = candidates.map(({ name, variant }) => {
      const identities = built.filter((image) => image.name === name && image.variant === variant);
      return { name, variant, identities, guessed: false };
    });
    await checkExpected(registry, run.hubs, expected, releaseTag);
    if (expected.every(({ identities }) => identities.length > 0)) return false;
    const out = await atOnce(built, async ({ ref, name, variant }) => {
      const there = await headManifest(
        registry,
        parseRepository(`${hub}/${name}`),
        `${releaseTag}${variant}`,
      );
      return there === undefined ? [] : [ref];
    });
    if (out.flat().length > 0)
      throw releaseErrors.rebuildCut(releaseTag, out.flat(), journalFile(work.outDir));
    return true;
  };
  await needed();
  await journal.append({ event: 'tagging' });
  return pushImages(pusher, hub, releaseTag, work, needed);
}

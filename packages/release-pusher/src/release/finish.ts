import { CiError, messageOf, type Operation } from '@istio-ci/kit';
import { releaseErrors } from '../errors.ts';
import { atOnce } from '../registry/at-once.ts';
import { headManifest } from '../registry/client.ts';
import type { RegistryConnection } from '../registry/connection.ts';
import { copyImage } from '../registry/copy.ts';
import { parseRepository } from '../registry/reference.ts';
import type { Journal } from './journal.ts';
import { nextStep, type PushState, type TagStatus } from './journal-state.ts';
import { checkTags, refOf, type WantedTag, wantedTags } from './ladder.ts';
import { tagsToMove } from './moving-tags.ts';
import { moveTag, putTag, verifyImage, verifyTags } from './put-tag.ts';
import { makeReceipt, writeReceipt } from './receipt.ts';
import type { Receipt } from './receipt-schema.ts';
import type { ReleasedImage } from './run.ts';

/** What the second half of a push works with: registries and the journal, no engine any more. */
export interface Finishing extends Operation {
  readonly registry: RegistryConnection;
  readonly journal: Journal;
  readonly outDir: string;
  readonly resumeCommand: string;
}

/**
 * From verified candidates to the end: every hub gets them, then the release tag goes on their digests, then the
 * moving tags follow. Everything is looked at before anything is written, and again at the end. Run again after any
 * interruption, it does what is left.
 * @throws {CiError} TAG_CONFLICT with nothing written; PARTIAL once a release tag may be out
 */
export async function finish(work: Finishing): Promise<Receipt> {
  const { run, candidates = [] } = stateOf(work.journal);
  if (run.releaseTag !== null) await checkReleaseTags(work, run.releaseTag);
  await shareCandidates(work, candidates);
  if (run.releaseTag !== null) await release(work, run.releaseTag);
  const outcome = run.releaseTag === null ? 'candidate' : 'released';
  const receipt = await makeReceipt(stateOf(work.journal), outcome, work.registry);
  await writeReceipt(work.outDir, receipt);
  await work.journal.append({ event: 'done' });
  return receipt;
}

/** The state of a journal that a push has been begun in. */
export function stateOf(journal: Journal): PushState {
  if (!journal.state) throw new Error('no push has been begun in this journal');
  return journal.state;
}

async function checkReleaseTags(
  { registry, journal, progress }: Finishing,
  releaseTag: string,
): Promise<void> {
  const { run, releaseImages = [] } = stateOf(journal);
  progress?.(`looking whether ${releaseTag} is free`);
  await checkTags(registry, wantedTags(run.hubs, releaseImages, releaseTag));
}

/** The first hub has the candidates from the engine; the others get the same bytes from it. */
async function shareCandidates(work: Finishing, images: readonly ReleasedImage[]): Promise<void> {
  const { run, tags } = stateOf(work.journal);
  const wanted = wantedTags(run.hubs, images, run.candidateTag);
  await checkTags(work.registry, wanted);
  await copyToHubs(work, images);
  await atOnce(wanted, (tag) => verifyImage(work.registry, tag));
  for (const tag of wanted) {
    const fresh = (await putTag(work.registry, tag)) === 'pushed' || !tags.has(refOf(tag));
    await record(work, tag, fresh ? 'pushed' : 'unchanged');
  }
  await verifyTags(work.registry, wanted);
}

async function copyToHubs({ registry, journal, progress }: Finishing, images: readonly ReleasedImage[]) {
  const [first = '', ...others] = stateOf(journal).run.hubs;
  for (const hub of others)
    for (const { name, digest } of images) {
      progress?.(`copying ${name} to ${hub}`);
      await copyImage(
        registry,
        parseRepository(`${first}/${name}`),
        parseRepository(`${hub}/${name}`),
        digest,
      );
    }
}

async function release(work: Finishing, releaseTag: string): Promise<void> {
  const { registry, journal, progress } = work;
  const { run, candidates = [], releaseImages = [] } = stateOf(journal);
  // The candidates are everywhere by now; in mode rebuild these are others.
  const isCandidate = ({ name, digest }: ReleasedImage) =>
    candidates.some((one) => one.name === name && one.digest === digest);
  const others = releaseImages.filter((image) => !isCandidate(image));
  await copyToHubs(work, others);
  const wanted = wantedTags(run.hubs, releaseImages, releaseTag);
  await journal.append({ event: 'tagging' });
  for (const tag of wanted) {
    progress?.(`tagging ${refOf(tag)}`);
    await record(work, tag, await putTag(registry, tag));
  }
  await verifyTags(registry, wanted);
  for (const hub of run.hubs) await move(work, hub, releaseImages);
}

async function move(work: Finishing, hub: string, images: readonly ReleasedImage[]): Promise<void> {
  const { run } = stateOf(work.journal);
  const { registry, progress } = work;
  const may = await tagsToMove(registry, hub, run, images);
  for (const moving of run.moving)
    for (const image of images)
      for (const tag of wantedTags([hub], [image], moving)) {
        const still = async () => (await tagsToMove(registry, hub, run, [image])).includes(moving);
        progress?.(`moving ${refOf(tag)}`);
        const status = may.includes(moving) ? await moveTag(registry, tag, still, progress) : 'kept';
        await record(work, tag, status);
      }
}

async function record({ journal }: Finishing, tag: WantedTag, status: TagStatus): Promise<void> {
  await journal.append({ event: 'tag', ref: refOf(tag), digest: tag.digest, status });
}

/**
 * Runs a push and notes its failure in the journal. Once release tags may be out, the error says which are and how
 * to finish, and `receipt.json` says the same.
 */
export async function recordingFailure<T>(work: Finishing, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    const code = error instanceof CiError ? error.code : 'INTERRUPTED';
    await work.journal.append({ event: 'failed', code, message: messageOf(error) });
    if (await nothingOut(work, code)) await work.journal.append({ event: 'nothing-out' });
    const state = stateOf(work.journal);
    const { run, tagging, done } = state;
    if (!tagging || done || run.releaseTag === null) {
      if (work.signal?.aborted && !done)
        work.progress?.(`stopped, and nothing is released. To go on: ${nextStep(state, work.resumeCommand)}`);
      throw error;
    }
    await writeReceipt(work.outDir, await makeReceipt(state, 'partial'));
    if (work.signal?.aborted)
      work.progress?.(
        `stopped, with release ${run.releaseTag} partly out. Finish it: ${nextStep(state, work.resumeCommand)}`,
      );
    // What cannot be finished says so itself.
    if (work.signal?.aborted || code === 'REBUILD_CUT' || code === 'REBUILD_DIFFERS') throw error;
    throw releaseErrors.partial(run.releaseTag, tableOf(state), nextStep(state, work.resumeCommand), error);
  }
}

/** What a registry answers for good: no write of ours can still be on its way. */
const refusals = new Set(['TAG_CONFLICT', 'PUSH_DENIED', 'REGISTRY_REFUSED']);

/** True when a refusal ended the run and no release tag is out, as the registries themselves tell. */
async function nothingOut({ registry, journal }: Finishing, code: string): Promise<boolean> {
  const { run, tagging, releaseImages = [] } = stateOf(journal);
  if (!tagging || run.releaseTag === null || !refusals.has(code)) return false;
  const wanted = wantedTags(run.hubs, releaseImages, run.releaseTag);
  const out = await atOnce(wanted, ({ repository, tag }) =>
    headManifest(registry, repository, tag).catch(() => 'unknown'),
  );
  return wanted.length > 0 && out.every((digest) => digest === undefined);
}

/** What is known of each release tag; of those of a second `make push` that was cut, nothing but their names. */
function tableOf({ run, candidates = [], releaseImages, tags }: PushState): string {
  const unknown = releaseImages ? 'not written' : 'may be out';
  const rows = (tag: string, otherwise: string) =>
    wantedTags(run.hubs, releaseImages ?? candidates, tag).map(
      (wanted) => `  ${refOf(wanted)}  ${tags.get(refOf(wanted))?.status ?? otherwise}`,
    );
  const moving = run.moving.flatMap((tag) => rows(tag, 'not moved'));
  return [...rows(run.releaseTag ?? '', unknown), ...(releaseImages ? moving : [])].join('\n');
}

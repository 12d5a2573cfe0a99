import { connectEngine } from '@istio-ci/image-builder';
import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { begin, resumable } from './begin.ts';
import { dryRun } from './dry-run.ts';
import { openJournal, readJournal } from './journal.ts';
import { lookAhead } from './look-ahead.ts';
import { openRegistries } from './open-registries.ts';
import type { PushOptions, ResumeOptions } from './options.ts';
import { checkReleaseTags, moveTags, putReleaseTags } from './promote.ts';
import { pushImages } from './push-images.ts';
import { newPushRecord, type PushRecord } from './push-record.ts';
import { rebuildImages } from './rebuild.ts';
import { makeReceipt, writeReceipt } from './receipt.ts';
import type { Receipt } from './receipt-schema.ts';
import { checkRights } from './rights.ts';
import { shareCandidates } from './share.ts';
import { scanPushed, withFinalScan, withoutSecrets } from './with-final-scan.ts';
import { type FinishWork, type PushWork, stateOf } from './work.ts';

/**
 * Pushes what was tested, and releases it if the plan says so: candidates by the distribution's own push,
 * then the release tag on their digests. A push that was interrupted continues where its journal ends.
 * @throws {CiError} the codes in errors.ts; PARTIAL (exit 7) if a release has begun and is not complete
 */
export async function push({ engine, ...options }: PushOptions): Promise<Receipt> {
  return pushFrom(connectEngine(engine), options);
}

/** The same, with an engine that is connected. */
export async function pushFrom(engine: Docker, options: Omit<PushOptions, 'engine'>): Promise<Receipt> {
  const record = newPushRecord(options.plan, options);
  const opened = await openRegistries(options, record.hubs);
  if (options.dryRun)
    return withoutSecrets(opened.redactor, async () => {
      await scanPushed({ ...options, ...opened, engine }, record);
      return dryRun({ ...options, ...opened, engine, record });
    });
  await using journal = await openJournal(options.outDir);
  const how = await begin(journal, record, options);
  const work: PushWork = { ...options, ...opened, engine, journal };
  return await withFinalScan(work, options.scan, engine, async (scan) => {
    await pushCandidates(work, how);
    await scan(record.candidateTag);
    const rebuilt = await chooseReleaseImages(work);
    if (rebuilt) await scan(record.releaseTag ?? '');
    return finish(work);
  });
}

/**
 * Finishes the push that was interrupted last, without an engine: its images are in the registry.
 * @throws {CiError} NOTHING_TO_RESUME; RESUME_NEEDS_BUILD if not all images were pushed and verified
 */
export async function resumePush(options: ResumeOptions): Promise<Receipt> {
  await using journal = await openJournal(options.outDir);
  const { record } = resumable(journal.state, options.outDir);
  const opened = await openRegistries(options, record.hubs);
  await journal.append({ event: 'resumed' });
  const work = { ...options, ...opened, journal };
  return await withFinalScan(work, options.scan, undefined, async (scan) => {
    await scan();
    return finish(work);
  });
}

/** The distribution's push of what was tested, once per push. */
async function pushCandidates(work: PushWork, how: 'begin' | 'go on'): Promise<void> {
  const { record, candidates } = stateOf(work.journal);
  if (candidates) return;
  await lookAhead(work, record, how);
  const images = await pushImages(work, record.hubs[0] ?? '', record.candidateTag);
  await work.journal.append({ event: 'candidates', images });
}

/**
 * Records which images get the release tag: the candidates or, in mode rebuild, those of the second push.
 * @returns true if there was a second push
 */
async function chooseReleaseImages(work: PushWork): Promise<boolean> {
  const { record, candidates = [], releaseImages } = stateOf(work.journal);
  if (record.releaseTag === null) return false;
  const rebuild = record.mode === 'rebuild';
  if (releaseImages) return rebuild;
  const images = rebuild ? await rebuildImages(work, record.releaseTag) : [...candidates];
  await work.journal.append({ event: 'release-images', images });
  return rebuild;
}

/**
 * From verified candidates to the receipt. Everything is checked before anything is written, and again at the
 * end. After an interruption, another run does what is left.
 * @throws {CiError} TAG_CONFLICT with nothing written; PARTIAL once a release tag may be out
 */
async function finish(work: FinishWork): Promise<Receipt> {
  await checkReleaseTags(work);
  await shareCandidates(work);
  await putReleaseTags(work);
  await moveTags(work);
  const state = stateOf(work.journal);
  const outcome = state.record.releaseTag === null ? 'candidate' : 'released';
  const receipt = await makeReceipt(state, outcome, work.registry);
  await writeReceipt(work.outDir, receipt);
  await work.journal.append({ event: 'done' });
  return receipt;
}

/**
 * The push that {@link resumePush} would finish; the journal is not locked.
 * @throws {CiError} NOTHING_TO_RESUME, RESUME_NEEDS_BUILD, JOURNAL_BROKEN
 */
export async function resumableRecord(outDir: string): Promise<PushRecord> {
  return resumable(await readJournal(outDir), outDir).record;
}

/**
 * Checks, before anything is built, that the credentials exist and allow a push to every hub, for each image
 * whose name is known.
 * @throws {CiError} CREDS_*, PUSH_DENIED, PUSH_UNAVAILABLE
 */
export async function checkPushAccess(
  options: Pick<ResumeOptions, 'registry' | 'credentials' | 'scan'> &
    Operation & { readonly hubs: readonly string[]; readonly images?: readonly string[] },
): Promise<void> {
  const { registry, ...operation } = await openRegistries(options, options.hubs);
  await checkRights(registry, options.hubs, options.images ?? [], operation);
}

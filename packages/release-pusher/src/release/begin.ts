import { releaseErrors } from '../errors.ts';
import { type Journal, journalFile } from './journal.ts';
import { nextStep, type PushState } from './journal-state.ts';
import type { ResumeOptions } from './options.ts';
import { isSamePush, type PushRecord } from './push-record.ts';
import { removeReceipt } from './receipt.ts';

type BeginOptions = Pick<ResumeOptions, 'outDir' | 'resumeCommand'>;

/**
 * Decides from the journal whether a push continues the last one, if that is the same push, or begins. Pure.
 * @throws {CiError} PARTIAL if the last push left another release incomplete
 */
export function beginning(
  last: PushState | undefined,
  record: PushRecord,
  { outDir, resumeCommand }: BeginOptions,
): 'begin' | 'go on' {
  if (!last || last.done) return 'begin';
  if (isSamePush(last.record, record)) return 'go on';
  const { releaseTag, candidateTag } = last.record;
  if (last.tagging && releaseTag !== null)
    throw releaseErrors.unfinishedRelease(
      releaseTag,
      candidateTag,
      nextStep(last, resumeCommand),
      journalFile(outDir),
    );
  return 'begin';
}

/** Records in the journal what {@link beginning} decides. */
export async function begin(
  journal: Journal,
  record: PushRecord,
  options: BeginOptions,
): Promise<'begin' | 'go on'> {
  const how = beginning(journal.state, record, options);
  if (how === 'go on') {
    await journal.append({ event: 'resumed' });
    return how;
  }
  await removeReceipt(options.outDir);
  await journal.append({ event: 'run', run: record });
  return how;
}

/**
 * The state of a push that can be finished without the engine, because a registry has all its images. Pure.
 * @throws {CiError} NOTHING_TO_RESUME, RESUME_NEEDS_BUILD
 */
export function resumable(state: PushState | undefined, outDir: string): PushState {
  if (!state || state.done) throw releaseErrors.nothingToResume(journalFile(outDir));
  const { record, candidates, releaseImages, tagging } = state;
  if (!candidates || (record.releaseTag !== null && !releaseImages))
    throw releaseErrors.resumeNeedsBuild(record.candidateTag, tagging ? record.releaseTag : null);
  return state;
}

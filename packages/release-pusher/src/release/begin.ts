import { releaseErrors } from '../errors.ts';
import { type Journal, journalFile } from './journal.ts';
import { nextStep, type PushState } from './journal-state.ts';
import type { ResumeOptions } from './push.ts';
import { removeReceipt } from './receipt.ts';
import { isSamePush, type ReleaseRun } from './run.ts';

type BeginOptions = Pick<ResumeOptions, 'outDir' | 'resumeCommand'>;

/**
 * What a push does with what the journal says of the last one: go on with it when it is this one, else begin. Pure.
 * @throws {CiError} PARTIAL when the last one left another release half done
 */
export function beginning(
  last: PushState | undefined,
  run: ReleaseRun,
  { outDir, resumeCommand }: BeginOptions,
): 'begin' | 'go on' {
  if (!last || last.done) return 'begin';
  if (isSamePush(last.run, run)) return 'go on';
  const { releaseTag, candidateTag } = last.run;
  if (last.tagging && releaseTag !== null)
    throw releaseErrors.unfinishedRelease(
      releaseTag,
      candidateTag,
      nextStep(last, resumeCommand),
      journalFile(outDir),
    );
  return 'begin';
}

/** Writes into the journal what {@link beginning} says. */
export async function begin(
  journal: Journal,
  run: ReleaseRun,
  options: BeginOptions,
): Promise<'begin' | 'go on'> {
  const how = beginning(journal.state, run, options);
  if (how === 'go on') {
    await journal.append({ event: 'resumed' });
    return how;
  }
  await removeReceipt(options.outDir);
  await journal.append({ event: 'run', run });
  return how;
}

/**
 * The state of a push that can be finished without the engine: its images are all in a registry. Pure.
 * @throws {CiError} NOTHING_TO_RESUME, RESUME_NEEDS_BUILD
 */
export function resumable(state: PushState | undefined, outDir: string): PushState {
  if (!state || state.done) throw releaseErrors.nothingToResume(journalFile(outDir));
  const { run, candidates, releaseImages, tagging } = state;
  if (!candidates || (run.releaseTag !== null && !releaseImages))
    throw releaseErrors.resumeNeedsBuild(run.candidateTag, tagging ? run.releaseTag : null);
  return state;
}

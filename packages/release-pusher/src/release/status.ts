import { readJournal } from './journal.ts';
import { nextStep, type PushState } from './journal-state.ts';
import { refOf, wantedTags } from './tag-conflicts.ts';

/** One tag of one image, and how far it got. */
interface StatusRow {
  readonly ref: string;
  readonly digest: string;
  readonly state: 'planned' | 'written' | 'verified' | 'kept';
}

/** The state of a workspace's last push. */
export interface ReleaseStatus {
  /** interrupted: nothing is under the release tag. partial: something may be. */
  readonly outcome: 'none' | 'interrupted' | 'partial' | 'done';
  readonly candidateTag?: string;
  readonly releaseTag?: string | null;
  readonly commit?: string;
  readonly startedAt?: string;
  readonly rows: readonly StatusRow[];
  readonly failure?: { readonly code: string; readonly message: string };
  /** What finishes it; absent when nothing is left to do. */
  readonly next?: string;
}

/**
 * The state of the last push, from its journal alone: no registry is asked. `resumeCommand` finishes the
 * push.
 * @throws {CiError} JOURNAL_BROKEN
 */
export async function releaseStatus(outDir: string, resumeCommand: string): Promise<ReleaseStatus> {
  return statusOf(await readJournal(outDir), resumeCommand);
}

/** {@link releaseStatus} of a state. Pure. */
function statusOf(state: PushState | undefined, resumeCommand: string): ReleaseStatus {
  if (!state) return { outcome: 'none', rows: [] };
  const { record, done, tagging, failure } = state;
  return {
    outcome: done ? 'done' : tagging ? 'partial' : 'interrupted',
    candidateTag: record.candidateTag,
    releaseTag: record.releaseTag,
    commit: record.commit,
    startedAt: record.startedAt,
    rows: rowsOf(state),
    ...(failure ? { failure } : {}),
    ...(done ? {} : { next: nextStep(state, resumeCommand) }),
  };
}

function rowsOf({ record, candidates = [], releaseImages = [], tags, done }: PushState): StatusRow[] {
  const wanted = [
    ...wantedTags(record.hubs, candidates, record.candidateTag),
    ...(record.releaseTag === null ? [] : wantedTags(record.hubs, releaseImages, record.releaseTag)),
    ...record.moving.flatMap((tag) => wantedTags(record.hubs, releaseImages, tag)),
  ];
  return wanted.map((tag) => {
    const status = tags.get(refOf(tag))?.status;
    const state =
      status === undefined ? 'planned' : status === 'kept' ? 'kept' : done ? 'verified' : 'written';
    return { ref: refOf(tag), digest: tag.digest, state };
  });
}

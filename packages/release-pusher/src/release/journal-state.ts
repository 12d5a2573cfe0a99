import { z } from 'zod';
import { releaseErrors } from '../errors.ts';
import { type PushRecord, pushRecord, type ReleasedImage, releasedImage } from './push-record.ts';

/** What a push did to a tag. */
export const tagStatus = z.enum(['pushed', 'unchanged', 'moved', 'kept']);
export type TagStatus = z.infer<typeof tagStatus>;

/** One line of the journal. */
const journalEvent = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('run'), at: z.string(), run: pushRecord }),
  z.strictObject({ event: z.literal('resumed'), at: z.string() }),
  /** Every candidate is in the registry of the first hub, as the engine built it. */
  z.strictObject({ event: z.literal('candidates'), at: z.string(), images: z.array(releasedImage) }),
  /**
   * The images that go under the release tag: the candidates, or in mode rebuild those of the second push.
   */
  z.strictObject({ event: z.literal('release-images'), at: z.string(), images: z.array(releasedImage) }),
  /** From here on a release tag may be in a registry. */
  z.strictObject({ event: z.literal('tagging'), at: z.string() }),
  /** A registry refused the first release tag, and none of them exists. */
  z.strictObject({ event: z.literal('nothing-out'), at: z.string() }),
  z.strictObject({
    event: z.literal('tag'),
    at: z.string(),
    ref: z.string(),
    digest: z.string(),
    status: tagStatus,
  }),
  z.strictObject({ event: z.literal('failed'), at: z.string(), code: z.string(), message: z.string() }),
  z.strictObject({ event: z.literal('done'), at: z.string() }),
]);
export type JournalEvent = z.infer<typeof journalEvent>;

/** How far the last push of a journal got. */
export interface PushState {
  readonly record: PushRecord;
  readonly candidates: readonly ReleasedImage[] | undefined;
  readonly releaseImages: readonly ReleasedImage[] | undefined;
  /** True if a release tag may be in a registry. */
  readonly tagging: boolean;
  /** What the push did to each tag, by full reference. */
  readonly tags: ReadonlyMap<string, { readonly digest: string; readonly status: TagStatus }>;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly done: boolean;
}

/** How to finish an interrupted push, for messages: the command `resume`, or the push itself again. Pure. */
export function nextStep({ record, candidates, releaseImages }: PushState, resume: string): string {
  const resumable = candidates && (record.releaseTag === null || releaseImages);
  return resumable
    ? resume
    : `run the push again as it was, with the same BUILD_TAG (its candidate is ${record.candidateTag}) and hubs`;
}

/** The state of a push that has just begun. */
function freshState(record: PushRecord): PushState {
  return {
    record,
    candidates: undefined,
    releaseImages: undefined,
    tagging: false,
    tags: new Map(),
    failure: undefined,
    done: false,
  };
}

/** The state after one more event; the event `run` starts a new push. Pure. */
export function advance(state: PushState | undefined, event: JournalEvent): PushState | undefined {
  if (event.event === 'run') return freshState(event.run);
  if (!state) return undefined;
  switch (event.event) {
    case 'resumed':
      return { ...state, failure: undefined };
    case 'candidates':
      return { ...state, candidates: event.images };
    case 'release-images':
      return { ...state, releaseImages: event.images };
    case 'tagging':
      return { ...state, tagging: true };
    case 'nothing-out':
      return { ...state, tagging: false };
    case 'tag': {
      // A resumed push finds its own tags "unchanged"; the record keeps what it did to them.
      const known = state.tags.get(event.ref);
      const same = known?.digest === event.digest && event.status === 'unchanged';
      const tag = same ? known : { digest: event.digest, status: event.status };
      return { ...state, tags: new Map([...state.tags, [event.ref, tag]]) };
    }
    case 'failed':
      return { ...state, failure: { code: event.code, message: event.message } };
    case 'done':
      return { ...state, done: true, failure: undefined };
  }
}

/**
 * The events in a journal's text. A last line without its end was being written when the process was killed:
 * nothing was done because of it, so it does not count.
 * @throws {CiError} JOURNAL_BROKEN
 */
export function parseJournal(text: string, file: string): { events: JournalEvent[]; wholeBytes: number } {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  const events = lines.map((line, index) => {
    try {
      return journalEvent.parse(JSON.parse(line));
    } catch (cause) {
      throw releaseErrors.journalBroken(file, index + 1, cause);
    }
  });
  return { events, wholeBytes: Buffer.byteLength(whole) };
}

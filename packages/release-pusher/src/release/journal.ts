import { type FileHandle, link, mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseErrors } from '../errors.ts';
import { isRunning, processIdentity } from '../process-identity.ts';
import { advance, type JournalEvent, type PushState, parseJournal } from './journal-state.ts';

/** An event without its time, as the caller gives it. */
type NewEvent = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, 'at'> : never) : never;

/** What the steps of a push need of the journal. */
export interface Journal extends AsyncDisposable {
  /** How far the last push got; undefined for an empty journal. */
  readonly state: PushState | undefined;
  /** Writes one event; it is on disk when this returns. */
  append(event: NewEvent): Promise<void>;
}

/** The journal's file in a run's output folder. */
export function journalFile(outDir: string): string {
  return join(outDir, 'release-journal.ndjson');
}

/**
 * Reads the journal without taking it; undefined where none is.
 * @throws {CiError} JOURNAL_BROKEN
 */
export async function readJournal(outDir: string): Promise<PushState | undefined> {
  const file = journalFile(outDir);
  const { events } = parseJournal(await textOf(file), file);
  return events.reduce<PushState | undefined>(advance, undefined);
}

/**
 * Opens the journal for one push at a time, append-only. A line that a killed process left half written goes.
 * @throws {CiError} JOURNAL_BUSY, JOURNAL_BROKEN
 */
export async function openJournal(outDir: string): Promise<Journal> {
  await mkdir(outDir, { recursive: true });
  const file = journalFile(outDir);
  const lock = `${file}.lock`;
  await takeLock(lock, file);
  try {
    const text = await textOf(file);
    const { events, wholeBytes } = parseJournal(text, file);
    if (wholeBytes < Buffer.byteLength(text)) await truncate(file, wholeBytes);
    const handle = await open(file, 'a', 0o644);
    await syncFolder(outDir);
    return journalOn(handle, lock, events.reduce<PushState | undefined>(advance, undefined));
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
}

function journalOn(handle: FileHandle, lock: string, state: PushState | undefined): Journal {
  let now = state;
  let last: Promise<void> = Promise.resolve();
  const write = async (event: JournalEvent) => {
    await handle.appendFile(`${JSON.stringify(event)}\n`);
    await handle.sync();
    now = advance(now, event);
  };
  return {
    get state() {
      return now;
    },
    append: (event) => {
      last = last.then(() => write(stamped(event)));
      return last;
    },
    [Symbol.asyncDispose]: async () => {
      await last.catch(() => {});
      await handle.close();
      await rm(lock, { force: true });
    },
  };
}

function stamped(event: NewEvent): JournalEvent {
  return { ...event, at: new Date().toISOString() } as JournalEvent;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

/** Makes the file's name as lasting as its content. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** `link` puts the lock there with its content, or not at all; a lock of a process that is gone is taken over. */
async function takeLock(lock: string, file: string): Promise<void> {
  const mine = `${lock}.${processIdentity()}`;
  await writeFile(mine, processIdentity());
  try {
    for (;;) {
      try {
        await link(mine, lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = await textOf(lock);
      if (owner !== '' && isRunning(owner))
        throw releaseErrors.journalBusy(file, Number(owner.split('-')[0]));
      await rm(lock, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

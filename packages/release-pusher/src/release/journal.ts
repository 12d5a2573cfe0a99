import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { syncFolder, tryFileLock } from '@istio-ci/kit';
import { releaseErrors } from '../errors.ts';
import { advance, type JournalEvent, type PushState, parseJournal } from './journal-state.ts';

/** An event without its time, as the caller passes it. */
type NewEvent = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, 'at'> : never) : never;

/** The part of the journal that the steps of a push need. */
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

/** Reads the journal without locking it; undefined if there is none. @throws {CiError} JOURNAL_BROKEN */
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
  const lock = await takeLock(file);
  try {
    const text = await textOf(file);
    const { events, wholeBytes } = parseJournal(text, file);
    if (wholeBytes < Buffer.byteLength(text)) await truncate(file, wholeBytes);
    const handle = await open(file, 'a', 0o644);
    await syncFolder(outDir);
    await syncFolder(dirname(resolve(outDir)));
    return journalOn(handle, lock, events.reduce<PushState | undefined>(advance, undefined));
  } catch (error) {
    await lock.close();
    throw error;
  }
}

function journalOn(handle: FileHandle, lock: FileHandle, state: PushState | undefined): Journal {
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
      await lock.close();
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

/** The lock on the journal, with our pid in it for others to read. */
async function takeLock(file: string): Promise<FileHandle> {
  const lock = await tryFileLock(`${file}.lock`);
  if (!lock) throw releaseErrors.journalBusy(file, (await textOf(`${file}.lock`)).trim());
  await lock.truncate();
  await lock.write(String(process.pid));
  return lock;
}

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testRun } from '../../test/prepared-push.ts';
import { journalFile, openJournal, readJournal } from './journal.ts';

const run = testRun({ hubs: ['quay.io/acme'] });
const digest = `sha256:${'a'.repeat(64)}`;
let outDir: string;
beforeEach(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'release-pusher-journal-'));
});
afterEach(async () => {
  await rm(outDir, { recursive: true });
});

const write = async () => {
  await using journal = await openJournal(outDir);
  await journal.append({ event: 'run', run });
  await journal.append({ event: 'candidates', images: [{ name: 'pilot', variant: '', digest }] });
  await journal.append({ event: 'tagging' });
  await journal.append({ event: 'tag', ref: 'quay.io/acme/pilot:1', digest, status: 'pushed' });
};

describe('the journal', () => {
  it('is empty if there is no file', async () => expect(await readJournal(outDir)).toBeUndefined());

  it('reports how far the last push got', async () => {
    await write();
    const state = await readJournal(outDir);
    expect(state).toMatchObject({ record: run, tagging: true, done: false });
    expect(state?.tags.get('quay.io/acme/pilot:1')).toEqual({ digest, status: 'pushed' });
  });

  it('starts over with each push', async () => {
    await write();
    await using journal = await openJournal(outDir);
    await journal.append({ event: 'run', run: { ...run, candidateTag: 'build-2' } });
    expect(journal.state).toMatchObject({ tagging: false, candidates: undefined });
  });

  it('keeps what was done to a tag that is later found unchanged', async () => {
    await write();
    await using journal = await openJournal(outDir);
    await journal.append({ event: 'tag', ref: 'quay.io/acme/pilot:1', digest, status: 'unchanged' });
    expect(journal.state?.tags.get('quay.io/acme/pilot:1')?.status).toBe('pushed');
  });

  it('is an error when a line in it is broken', async () => {
    await write();
    await appendFile(journalFile(outDir), 'rubbish\n');
    await expect(readJournal(outDir)).rejects.toMatchObject({
      code: 'JOURNAL_BROKEN',
      message: expect.stringContaining('ndjson:5 is not a record'),
    });
  });

  it('belongs to one process at a time', async () => {
    await using _journal = await openJournal(outDir);
    await expect(openJournal(outDir)).rejects.toMatchObject({ code: 'JOURNAL_BUSY', exitCode: 2 });
  });

  it('is had by one of many that find the lock of a process that is gone', async () => {
    await writeFile(`${journalFile(outDir)}.lock`, '12345');
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => openJournal(outDir)));
    const journals = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const journal of journals) await journal[Symbol.asyncDispose]();
    expect(journals).toHaveLength(1);
  });
});

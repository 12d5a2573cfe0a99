import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testRun } from '../../test/prepared-push.ts';
import { journalFile, openJournal } from './journal.ts';

// Every opening syncs folders to the disk, which takes seconds for all bytes together.
it('a journal that was cut at any byte can be continued', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'release-pusher-journal-'));
  try {
    {
      await using journal = await openJournal(outDir);
      await journal.append({ event: 'run', run: testRun({ hubs: ['quay.io/größe'], facts: {} }) });
      await journal.append({ event: 'tagging' });
    }
    const whole = await readFile(journalFile(outDir));
    const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([index]) => index + 1);
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(journalFile(outDir), whole.subarray(0, length));
      const lines = ends.filter((end) => end <= length).length;
      await using journal = await openJournal(outDir);
      await journal.append({ event: 'resumed' });
      const text = await readFile(journalFile(outDir), 'utf8');
      expect(text.split('\n')).toHaveLength(lines + 2);
      expect(journal.state === undefined).toBe(lines === 0);
    }
  } finally {
    await rm(outDir, { recursive: true });
  }
}, 120_000);

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basicAuth } from '@istio-ci/registry';
import { openJournal } from '../src/release/journal.ts';
import type { PushRecord, ReleasedImage } from '../src/release/push-record.ts';

/** The command that finishes a push, in the messages of the tests. */
export const resumeCommand = './istio-ci release resume --distribution /workspace';

/** The record of a push, with defaults for what a test does not care about. */
export function testRun(run: Partial<PushRecord> & Pick<PushRecord, 'hubs'>): PushRecord {
  return {
    id: 'test',
    startedAt: '2026-01-02T03:04:05.000Z',
    commit: '0123456789012345678901234567890123456789',
    treeClean: true,
    fingerprint: 'none',
    candidateTag: 'build-1',
    releaseTag: '1.29.1',
    reason: null,
    moving: ['1.29', 'latest'],
    grammar: {},
    mode: 'promote',
    facts: { envoySha256: 'abc' },
    ...run,
  };
}

/** An output folder whose journal has a push with verified candidates; disposing of it removes it. */
export async function preparedPush(run: PushRecord, images: readonly ReleasedImage[]) {
  const outDir = await mkdtemp(join(tmpdir(), 'release-pusher-out-'));
  await using journal = await openJournal(outDir);
  await journal.append({ event: 'run', run });
  await journal.append({ event: 'candidates', images: [...images] });
  if (run.releaseTag !== null) await journal.append({ event: 'release-images', images: [...images] });
  return { outDir, [Symbol.asyncDispose]: async () => rm(outDir, { recursive: true, force: true }) };
}

/** A config.json in a folder outside the workspace. */
export async function credentialsFile(
  hosts: readonly string[],
  account: { username: string; password: string },
) {
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-creds-'));
  const path = join(folder, 'config.json');
  const auths = Object.fromEntries(hosts.map((host) => [host, { auth: basicAuth(account) }]));
  await writeFile(path, JSON.stringify({ auths }), { mode: 0o600 });
  return { path, [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }) };
}

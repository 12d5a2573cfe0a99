import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockedEntry, readLock, writeLock } from './lock.ts';
import type { LockEntry } from './lock-schema.ts';

let path: string;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-lock-'));
  path = join(folder, 'envoy.lock');
});
afterEach(() => rm(folder, { recursive: true }));

const entry: LockEntry = {
  name: 'envoy',
  sha: '0a12a02f0db52f6d229ec0fbe0f2091e1c02098b',
  flavour: 'alpha',
  arch: 'arm64',
  url: 'https://m.test/e.tar.gz',
  size: 7,
  sha256: '0'.repeat(64),
  source: 'sidecar',
};

describe('envoy.lock', () => {
  it('is read as it was written, with its entries in order', async () => {
    await writeLock(path, { version: 1, entries: [entry, { ...entry, arch: 'amd64', revision: 'abc' }] });
    expect((await readLock(path))?.entries.map(({ arch }) => arch)).toEqual(['amd64', 'arm64']);
    expect(await readFile(path, 'utf8')).toMatch(/^\{\n {2}"version": 1,[\s\S]*\}\n$/);
  });

  it('is undefined if there is no lock file', async () => {
    expect(await readLock(path)).toBeUndefined();
  });

  it('finds the entry of one build for one architecture', () => {
    const lock = { version: 1 as const, entries: [entry] };
    expect(lockedEntry(lock, entry, 'arm64')).toBe(entry);
    expect(lockedEntry(lock, entry, 'amd64')).toBeUndefined();
    expect(lockedEntry(lock, { ...entry, flavour: 'debug' }, 'arm64')).toBeUndefined();
  });

  it.each([
    ['text that is not JSON', '{', /is not a valid lock file/],
    ['a later version', '{"version": 2, "entries": []}', /version/],
    [
      'an invalid hash',
      JSON.stringify({ version: 1, entries: [{ ...entry, sha256: 'x' }] }),
      /entries\.0\.sha256/,
    ],
    ['an unknown key', JSON.stringify({ version: 1, entries: [{ ...entry, sha512: 'x' }] }), /sha512/],
  ])('refuses %s', async (_, text, message) => {
    await writeFile(path, text);
    await expect(readLock(path)).rejects.toMatchObject({ code: 'ENVOY_LOCK_INVALID', exitCode: 2 });
    await expect(readLock(path)).rejects.toThrow(message);
  });
});

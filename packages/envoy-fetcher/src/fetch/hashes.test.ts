import { readFile } from 'node:fs/promises';
import { sha256 } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lie } from '../../test/lying-server.ts';
import { archiveFile, checksumFile, failureOf, type Scene, setScene } from '../../test/scene.ts';
import { tinySha } from '../../test/tiny-envoy.ts';
import type { EnvoyLock } from '../pin/lock-schema.ts';
import { fetchEnvoy } from './fetch.ts';
import type { FetchRequest } from './types.ts';

let scene: Scene;
const archivePath = `/a/${archiveFile}`;

beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const fetch = (more: Partial<FetchRequest> = {}) => fetchEnvoy({ ...scene.request, ...more });
const failed = (more: Partial<FetchRequest> = {}) => failureOf(fetch(more));
const lie = (...lies: Lie[]) => scene.server.lies.set(archivePath, lies);
const lockOf = (sha: string, more = {}): EnvoyLock => ({
  version: 1,
  entries: [
    {
      ...{ name: 'envoy', sha: tinySha, flavour: 'alpha', arch: 'amd64' },
      ...{
        url: `${scene.server.base}${archivePath}`,
        size: scene.archive.length,
        sha256: sha,
        source: 'pinned',
      },
      ...more,
    } as EnvoyLock['entries'][number],
  ],
});

describe('how fetchEnvoy verifies', () => {
  it('requires an entry in the lock file if `locked` is set', async () => {
    expect(await failed({ locked: true })).toMatchObject({ code: 'ENVOY_LOCK_MISSING', exitCode: 5 });
    const lock = lockOf(sha256(scene.archive));
    expect((await fetch({ locked: true, lock })).hashSource).toBe('pinned');
  });

  it('trusts the lock file, not the mirror', async () => {
    const error = await failed({ lock: lockOf('0'.repeat(64)) });
    expect(error).toMatchObject({ code: 'ENVOY_CHECKSUM', exitCode: 5 });
    expect(error.message).toMatch(/sha256 0{64} of \d+ bytes \(envoy.lock\), got [0-9a-f]{64} of \d+ bytes/);
  });

  it('reports a wrong checksum every time', async () => {
    scene.server.files.set(`/a/${checksumFile}`, Buffer.from('f'.repeat(64)));
    expect((await failed()).code).toBe('ENVOY_CHECKSUM');
    expect((await failed()).code).toBe('ENVOY_CHECKSUM');
  });

  it('keeps a wrong archive for inspection', async () => {
    scene.server.files.set(`/a/${checksumFile}`, Buffer.from('f'.repeat(64)));
    const kept = /kept as (.*)\.$/.exec((await failed()).remedy)?.[1] ?? '';
    expect(await readFile(kept)).toEqual(scene.archive);
  });

  it('reports a web page in place of the archive', async () => {
    const page: Lie = { kind: 'instead', body: Buffer.from('<!DOCTYPE html><title>Sign in</title>') };
    lie(page, page);
    const error = await failed();
    expect(error).toMatchObject({ code: 'ENVOY_ARCHIVE', exitCode: 5 });
    expect(error.message).toContain('it is a web page: "<!DOCTYPE html><title>Sign in');
  });

  it('trusts the first download if no mirror publishes a hash, and prints that', async () => {
    scene.server.files.delete(`/a/${checksumFile}`);
    const printed: string[] = [];
    expect((await fetch({ progress: (line) => printed.push(line) })).hashSource).toBe('tofu');
    expect(printed.join('\n')).toContain('NO CHECKSUM is published');
  });

  it('does not fall back to trust if the server of the hash fails', async () => {
    const failing = { kind: 'status', status: 500 } as const;
    scene.server.lies.set(`/a/${checksumFile}`, [failing, failing, failing]);
    expect(await failed()).toMatchObject({ code: 'ENVOY_UNREACHABLE' });
  });

  it('refuses a checksum file without a hash', async () => {
    scene.server.files.set(`/a/${checksumFile}`, Buffer.from('<html>not found</html>'));
    expect((await failed()).message).toContain('contains no SHA-256; it starts with "<html>not found');
  });

  it.each<[string, Lie]>([
    ['that is cut', { kind: 'short', at: 150 }],
    ['with a wrong byte', { kind: 'flip', at: 150 }],
    ['that is HTML', { kind: 'instead', body: Buffer.from('<html>') }],
    ['that is empty', { kind: 'instead', body: Buffer.alloc(0) }],
  ])('does not trust an archive %s', async (_, one) => {
    scene.server.files.delete(`/a/${checksumFile}`);
    lie(one, one);
    expect(await failed()).toMatchObject({ code: 'ENVOY_ARCHIVE', exitCode: 5 });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryFileLock, withFileLock } from './file-lock.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-file-lock-'));
  path = join(folder, 'locks/a');
});
afterEach(() => rm(folder, { recursive: true }));

describe('withFileLock', () => {
  it('runs one body at a time and reports that it waits', async () => {
    const seen: string[] = [];
    const inside = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const one = withFileLock(path, {}, async () => {
      seen.push('one in');
      inside.resolve();
      await waiting.promise;
      seen.push('one out');
    });
    await inside.promise;
    const two = withFileLock(path, { progress: () => waiting.resolve() }, async () => seen.push('two in'));
    await Promise.all([one, two]);
    expect(seen).toEqual(['one in', 'one out', 'two in']);
  });

  it('is released after a body that failed', async () => {
    await expect(withFileLock(path, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(path, {}, async () => 'free')).toBe('free');
  });

  it('stops waiting on abort', async () => {
    const controller = new AbortController();
    await withFileLock(path, {}, async () => {
      const options = { signal: controller.signal, progress: () => controller.abort(new Error('stop')) };
      await expect(withFileLock(path, options, async () => {})).rejects.toThrow('stop');
    });
  });

  it('is released as soon as its owner is killed', async () => {
    const script = `
      const { withFileLock } = await import(${JSON.stringify(new URL('file-lock.ts', import.meta.url).href)});
      await withFileLock(process.argv[1], {}, () => new Promise(() => { console.log('in'); setInterval(() => {}, 1000); }));`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    const taken = withFileLock(path, { progress: () => owner.kill('SIGKILL') }, async () => 'taken over');
    expect(await taken).toBe('taken over');
  });
});

describe('tryFileLock', () => {
  it('does not wait, and can be taken again once it is closed', async () => {
    const first = await tryFileLock(path);
    expect(await tryFileLock(path)).toBeUndefined();
    await first?.close();
    await using again = await tryFileLock(path);
    expect(again).toBeDefined();
  });
});

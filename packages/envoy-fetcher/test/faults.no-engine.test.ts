import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnv, run } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchEnvoy } from '../src/index.ts';
import { archiveFile, type Scene, setScene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const asked = () => scene.server.requests.filter((line) => line.startsWith(`/a/${archiveFile}`));
const faults = (...args: string[]) => [process.execPath, join(import.meta.dirname, 'faults.ts'), ...args];
const fetchOnce = () => {
  const { store = '', mirrors = [] } = scene.request;
  const script = join(import.meta.dirname, 'fetch-once.ts');
  return spawn(process.execPath, [script, store, scene.target, '', ...mirrors], { stdio: 'ignore' });
};

describe('fetching from servers that lie', () => {
  it('never leaves a wrong or partial file, in 300 seeded runs', { timeout: 300_000 }, async () => {
    const { stdout } = await run(faults('--runs', '300', '--seed', '1', '--kills', '0.05'));
    expect(stdout).toMatch(/^seed 1\n300 runs/);
    expect(stdout).toContain('0 runs broke the property');
    for (const outcome of ['installed', 'killed', 'aborted', 'ENVOY_CHECKSUM', 'ENVOY_ARCHIVE']) {
      expect(stdout).toContain(outcome);
    }
  });

  it('prints the seed even if the fault suite throws', { timeout: 60_000 }, async () => {
    const env = { ...childEnv(), TMPDIR: join(scene.folder, 'missing') };
    const broken = run(faults('--runs', '2', '--seed', '42', '--jobs', '1'), { env });
    await expect(broken).rejects.toMatchObject({
      stdout: 'seed 42\n',
      stderr: expect.stringContaining('without a result (seed 42)'),
    });
  });

  it('continues from every byte at which a download can be cut', { timeout: 120_000 }, async () => {
    const { request, server, archive } = scene;
    for (let at = 0; at <= archive.length; at += 1) {
      server.lies.set(`/a/${archiveFile}`, [{ kind: 'cut', at }]);
      const fetched = await fetchEnvoy({ ...request, store: join(scene.folder, `store-${at}`) });
      expect(await readFile(fetched.path), `cut at ${at}`).toEqual(archive);
    }
  });

  it('downloads once for two processes at the same time', { timeout: 60_000 }, async () => {
    scene.server.lies.set(`/a/${archiveFile}`, [{ kind: 'slow', pieces: 20, pauseMs: 20 }]);
    const ends = [fetchOnce(), fetchOnce()].map(async (child) => (await once(child, 'exit'))[0]);
    expect(await Promise.all(ends)).toEqual([0, 0]);
    expect(asked()).toHaveLength(1);
    expect(await readFile(scene.target)).toEqual(scene.binary);
  });

  it('continues the partial download of a killed process', { timeout: 60_000 }, async () => {
    const { archive, request } = scene;
    scene.server.lies.set(`/a/${archiveFile}`, [{ kind: 'stall', at: 120 }]);
    const child = fetchOnce();
    const part = join(request.store ?? '', 'parts', `envoy-alpha-${request.pin.sha}-amd64`);
    await expect
      .poll(async () => (await readFile(part).catch(() => '')).length, { timeout: 30_000 })
      .toBe(120);
    child.kill('SIGKILL');
    const fetched = await fetchEnvoy(request);
    expect(await readFile(fetched.path)).toEqual(archive);
    expect(asked().at(-1)).toBe(`/a/${archiveFile} bytes=120-`);
  });
});

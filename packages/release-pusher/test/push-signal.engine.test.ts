import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { requireEngine } from '@istio-ci/image-builder';
import { childEnv } from '@istio-ci/kit';
import { headManifest } from '@istio-ci/registry';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJournal } from '../src/release/journal.ts';
import { type RegistryFixture, startRegistryFixture } from './push-fixture.ts';
import { makeDistribution } from './test-distribution.ts';

let engine: Docker;
let fixture: RegistryFixture;
beforeAll(async () => {
  engine = await requireEngine();
  fixture = await startRegistryFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** The processes that run in the folder: make, and what it started. */
async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => ''));
  return (await Promise.all(places)).filter((place) => place.startsWith(folder));
}

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)(
  '%s in the middle of make push ends make, takes the credentials back and keeps the journal',
  async (signal, code) => {
    const name = signal.toLowerCase();
    const hub = `${fixture.proxy.host}/${name}`;
    await using distribution = await makeDistribution(engine, name);
    const script = join(import.meta.dirname, 'push-child.ts');
    const { credentialsPath, proxy, direct } = fixture;
    proxy.use(() => 'none');
    const child = spawn(
      process.execPath,
      [script, distribution.root, hub, credentialsPath, proxy.host, 'push-slow'],
      { env: childEnv({}, ['DOCKER_HOST']), stdio: 'ignore' },
    );
    const pilot = { host: proxy.host, path: `${name}/pilot` };
    await expect
      .poll(() => headManifest(direct, pilot, 'build-1'), { timeout: 60_000, interval: 100 })
      .toBeDefined();
    expect(await processesIn(distribution.root)).not.toEqual([]);
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([code, null]);
    expect(await processesIn(distribution.root)).toEqual([]);
    const folders = (await readdir('/dev/shm')).filter((one) => one.includes(`-${child.pid}-`));
    expect(folders).toEqual([]);
    expect(await readJournal(distribution.outDir)).toMatchObject({ done: false, tagging: false });
  },
);

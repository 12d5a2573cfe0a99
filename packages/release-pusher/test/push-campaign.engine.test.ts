import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { requireEngine } from '@istio-ci/image-builder';
import { childEnv } from '@istio-ci/kit';
import { headManifest } from '@istio-ci/registry';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweepCredentials } from '../src/index.ts';
import { readJournal } from '../src/release/journal.ts';
import { type RegistryFixture, startRegistryFixture } from './push-fixture.ts';
import { seeded } from './seeded.ts';
import { makeDistribution } from './test-distribution.ts';

const runs = Number(process.env.ISTIO_CI_CAMPAIGN_RUNS ?? 4);
const firstSeed = Number(process.env.ISTIO_CI_CAMPAIGN_SEED ?? 1);

let engine: Docker;
let fixture: RegistryFixture;
beforeAll(async () => {
  engine = await requireEngine();
  fixture = await startRegistryFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Pushes in a process of its own, which is killed before or after one of its requests or its engine's. */
async function pushOnce(
  root: string,
  hub: string,
  killAt: number | undefined,
  before: boolean,
): Promise<number | null> {
  const script = join(import.meta.dirname, 'push-child.ts');
  const child = spawn(process.execPath, [script, root, hub, fixture.credentialsPath, fixture.proxy.host], {
    env: childEnv({}, ['DOCKER_HOST']),
    stdio: 'ignore',
  });
  const kill = (number: number, now: boolean) => {
    if (number === killAt && now === before) child.kill('SIGKILL');
  };
  fixture.proxy.use(
    ({ number }) => {
      kill(number, true);
      return 'none';
    },
    (number) => kill(number, false),
  );
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode;
}

const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index);
it.each(seeds)(
  'seed %i: a push that is killed anywhere and run again releases what was built',
  async (seed) => {
    const random = seeded(seed);
    const hub = `${fixture.proxy.host}/push${seed}`;
    await using distribution = await makeDistribution(engine, `push${seed}`);
    const tag = (name: string, reference: string) =>
      headManifest(fixture.direct, { host: fixture.proxy.host, path: `push${seed}/${name}` }, reference);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const killAt = attempt === 3 ? undefined : 1 + Math.floor(random() * 60);
      const exitCode = await pushOnce(distribution.root, hub, killAt, random() < 0.5);
      if (exitCode === 0) break;
      expect(killAt).toBeDefined();
      if (!(await readJournal(distribution.outDir))?.tagging)
        expect(await tag('pilot', '1.29.1')).toBeUndefined();
    }
    const state = await readJournal(distribution.outDir);
    expect(state?.done).toBe(true);
    for (const { name, digest } of state?.candidates ?? []) expect(await tag(name, '1.29.1')).toBe(digest);
    expect(state?.candidates).toHaveLength(2);
    await sweepCredentials();
    expect((await readdir('/dev/shm')).filter((name) => name.startsWith('istio-ci-credentials-'))).toEqual(
      [],
    );
  },
);

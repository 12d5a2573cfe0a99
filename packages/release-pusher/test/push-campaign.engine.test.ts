import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnv, requireEngine } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweepCredentials } from '../src/index.ts';
import { headManifest } from '../src/registry/client.ts';
import { RegistryConnection } from '../src/registry/connection.ts';
import { readJournal } from '../src/release/journal.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { credentialsFile } from './prepared-push.ts';
import { type RegistryServer, startRegistry } from './registry-server.ts';
import { seeded } from './seeded.ts';
import { makeDistribution } from './test-distribution.ts';

const runs = Number(process.env.ISTIO_CI_CAMPAIGN_RUNS ?? 4);
const firstSeed = Number(process.env.ISTIO_CI_CAMPAIGN_SEED ?? 1);
const account = { username: 'robot', password: 'hunter2/Very+Secret' };

let engine: Docker;
let server: RegistryServer;
let proxy: FaultProxy;
let credentials: Awaited<ReturnType<typeof credentialsFile>>;
let direct: RegistryConnection;
beforeAll(async () => {
  engine = await requireEngine();
  server = await startRegistry({ htpasswd: account });
  proxy = await startFaultProxy(server.url);
  credentials = await credentialsFile([proxy.host], account);
  direct = new RegistryConnection(
    { insecureHosts: [proxy.host], resolveHost: () => ({ base: server.url }) },
    { source: 'test', byHost: new Map([[proxy.host, account]]) },
  );
});
afterAll(async () => {
  await credentials[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Pushes in a process of its own, killed before or after one of its requests or one of its engine's. */
async function pushOnce(
  root: string,
  hub: string,
  killAt: number | undefined,
  before: boolean,
): Promise<number | null> {
  const script = join(import.meta.dirname, 'push-child.ts');
  const child = spawn(process.execPath, [script, root, hub, credentials.path, proxy.host], {
    env: childEnv({}, ['DOCKER_HOST']),
    stdio: 'ignore',
  });
  const kill = (number: number, now: boolean) => {
    if (number === killAt && now === before) child.kill('SIGKILL');
  };
  proxy.use(
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
    const hub = `${proxy.host}/push${seed}`;
    await using distribution = await makeDistribution(engine, `push${seed}`);
    const tag = (name: string, reference: string) =>
      headManifest(direct, { host: proxy.host, path: `push${seed}/${name}` }, reference);
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

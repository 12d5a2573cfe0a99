import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv } from '@istio-ci/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { headManifest } from '../src/registry/client.ts';
import { journalFile, readJournal } from '../src/release/journal.ts';
import { wantedTags } from '../src/release/ladder.ts';
import type { ReleasedImage, ReleaseRun } from '../src/release/run.ts';
import { fingerprintsOf } from '../src/secrets/encodings.ts';
import type { Fault } from './fault-proxy.ts';
import { preparedPush, testRun } from './prepared-push.ts';
import { account, type RegistryFixture, startRegistryFixture } from './push-fixture.ts';
import { seeded } from './seeded.ts';
import { uploadImage, uploadIndex } from './test-images.ts';

/** How many seeds; the long campaign sets it to 500. Each seed is one push, killed and hindered until it is done. */
const runs = Number(process.env.ISTIO_CI_CAMPAIGN_RUNS ?? 6);
const firstSeed = Number(process.env.ISTIO_CI_CAMPAIGN_SEED ?? 1);
const faults: readonly Fault[] = ['slow', 'too-many', 'error', 'cut-before', 'cut-after', 'cut-body'];

let fixture: RegistryFixture;
/** Most of a seed's time is the start of its processes; with compiled code kept, they take half of it. */
let compileCache: string;
beforeAll(async () => {
  fixture = await startRegistryFixture();
  compileCache = await mkdtemp(join(tmpdir(), 'release-pusher-compiled-'));
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(compileCache, { recursive: true });
});

/** One to four images, some of them indexes, as candidates of one or two hubs. */
async function plant(
  seed: number,
  random: () => number,
): Promise<{ run: ReleaseRun; images: ReleasedImage[] }> {
  const hubs = Array.from(
    { length: random() < 0.3 ? 2 : 1 },
    (_, hub) => `${fixture.proxy.host}/seed${seed}/hub${hub}`,
  );
  const run = testRun({ hubs, ...(random() < 0.2 ? { moving: [] } : {}) });
  const images: ReleasedImage[] = [];
  for (const name of ['pilot', 'proxyv2', 'install-cni', 'ztunnel'].slice(0, 1 + Math.floor(random() * 4))) {
    const at = { host: fixture.proxy.host, path: `seed${seed}/hub0/${name}` };
    const upload = random() < 0.4 ? uploadIndex : uploadImage;
    images.push({
      name,
      variant: '',
      digest: await upload(fixture.direct, at, `${name} ${seed}`, run.candidateTag),
    });
  }
  return { run, images };
}

interface Ending {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Resumes the push in a process of its own; `killAt` is the request at which it is killed, before or after it. */
async function resume(
  outDir: string,
  random: () => number,
  faultRate: number,
  killAt?: number,
): Promise<Ending> {
  const script = join(import.meta.dirname, 'resume-child.ts');
  const child = spawn(process.execPath, [script, outDir, fixture.credentialsPath, fixture.proxy.host], {
    env: childEnv({ NODE_COMPILE_CACHE: compileCache }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const before = random() < 0.5;
  fixture.proxy.use(
    ({ number }) => {
      if (number === 1) expectNoSecret(`${procFile(child.pid, 'cmdline')} ${procFile(child.pid, 'environ')}`);
      if (number === killAt && before) {
        child.kill('SIGKILL');
        return 'cut-before';
      }
      return random() < faultRate ? (faults[Math.floor(random() * faults.length)] ?? 'none') : 'none';
    },
    (number) => {
      if (number === killAt && !before) child.kill('SIGKILL');
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

function procFile(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function expectNoSecret(text: string): void {
  for (const { text: fingerprint } of fingerprintsOf(account.password))
    expect(text).not.toContain(fingerprint);
}

async function tagsOut(run: ReleaseRun, images: readonly ReleasedImage[]): Promise<(string | undefined)[]> {
  const wanted = wantedTags(run.hubs, images, run.releaseTag ?? '');
  return Promise.all(wanted.map(({ repository, tag }) => headManifest(fixture.direct, repository, tag)));
}

const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index);
it.each(seeds)(
  'seed %i ends released exactly as planned, whatever kills and hinders it',
  { timeout: 300_000 },
  async (seed) => {
    const random = seeded(seed);
    const { run, images } = await plant(seed, random);
    await using push = await preparedPush(run, images);
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === 5;
      const killAt = !last && random() < 0.7 ? 1 + Math.floor(random() * 70) : undefined;
      const { exitCode, output } = await resume(push.outDir, random, last ? 0 : random() * 0.5, killAt);
      expectNoSecret(output + (await readFile(journalFile(push.outDir), 'utf8')));
      const state = await readJournal(push.outDir);
      const out = await tagsOut(run, images);
      if (exitCode === 0) break;
      expect(exitCode, output).toBeOneOf(state?.tagging ? [null, 7] : [null, 6]);
      expect(state?.done).toBe(false);
      if (!state?.tagging) expect(out.every((digest) => digest === undefined)).toBe(true);
      expect(last, output).toBe(false);
    }
    expect(await tagsOut(run, images)).toEqual(wantedTags(run.hubs, images, '').map(({ digest }) => digest));
    for (const tag of run.moving.flatMap((name) => wantedTags(run.hubs, images, name)))
      expect(await headManifest(fixture.direct, tag.repository, tag.tag)).toBe(tag.digest);
    const receipt = JSON.parse(await readFile(join(push.outDir, 'receipt.json'), 'utf8'));
    expect(receipt).toMatchObject({ outcome: 'released', images: images.map(({ digest }) => ({ digest })) });
  },
);

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv } from '@istio-ci/kit';
import { headManifest, parseRepository } from '@istio-ci/registry';
import type { Fault } from '@istio-ci/registry/test/fault-proxy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journalFile, readJournal } from '../src/release/journal.ts';
import { fingerprintsOf } from '../src/secrets/encodings.ts';
import { builtImages, type CampaignTask, releaseTag } from './campaign-task.ts';
import { account, type RegistryFixture, type RegistryKind, startRegistryFixture } from './push-fixture.ts';
import { seeded } from './seeded.ts';

/**
 * How many seeds; the long campaign sets it to 500. Each seed is one push, killed and disturbed until it is
 * done.
 */
const runs = Number(process.env.ISTIO_CI_CAMPAIGN_RUNS ?? 8);
const firstSeed = Number(process.env.ISTIO_CI_CAMPAIGN_SEED ?? 1);
const faults: readonly Fault[] = ['slow', 'too-many', 'error', 'cut-before', 'cut-after', 'cut-body'];
/** Each seed has the registry of its place here. */
const kinds: readonly RegistryKind[] = ['password', 'password', 'tls', 'token'];

let fixtures: ReadonlyMap<RegistryKind, RegistryFixture>;
/** Most of a seed's time is the start of its processes; with compiled code kept, they take half of it. */
let compileCache: string;
beforeAll(async () => {
  const started = kinds
    .filter((kind, index) => kinds.indexOf(kind) === index)
    .map(async (kind) => [kind, await startRegistryFixture(kind)] as const);
  fixtures = new Map(await Promise.all(started));
  compileCache = await mkdtemp(join(tmpdir(), 'release-pusher-compiled-'));
});
afterAll(async () => {
  for (const fixture of fixtures.values()) await fixture[Symbol.asyncDispose]();
  await rm(compileCache, { recursive: true });
});

/** One to four images, some of them indexes or variants, for one or two hubs. */
function plan(seed: number, random: () => number, fixture: RegistryFixture, outDir: string): CampaignTask {
  const hubs = Array.from(
    { length: random() < 0.4 ? 2 : 1 },
    (_, hub) => `${fixture.proxy.host}/seed${seed}/hub${hub}`,
  );
  const names = ['pilot', 'proxyv2', 'install-cni', 'ztunnel'].slice(0, 1 + Math.floor(random() * 4));
  return {
    verb: 'push',
    outDir,
    credentials: fixture.credentialsPath,
    insecureHosts: fixture.insecureHosts,
    hubs,
    moving: random() < 0.2 ? [] : ['1.29', 'latest'],
    images: names.map((name) => ({
      name,
      variant: random() < 0.2 ? '-distroless' : '',
      text: `${name} ${seed}`,
      index: random() < 0.4,
      store: random() < 0.5 ? 'containerd' : 'older',
      leftOut: names.length > 1 && random() < 0.2,
    })),
  };
}

interface Ending {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Runs the task in a process of its own. `killAt` is the request at which the process is killed, before or
 * after it.
 */
async function attempt(
  task: CampaignTask,
  { proxy, certificate }: RegistryFixture,
  random: () => number,
  faultRate: number,
  killAt?: number,
): Promise<Ending> {
  const script = join(import.meta.dirname, 'campaign-child.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    env: childEnv({ NODE_COMPILE_CACHE: compileCache, NODE_EXTRA_CA_CERTS: certificate }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const before = random() < 0.5;
  proxy.use(
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
  // If the machine is out of threads for a moment, Node waits forever before it runs anything (seen with
  // 24.21). No push has begun then; a killed one counts as a push.
  using _ = killedUnless(child, () => output !== '');
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

/** Kills the child when it has not begun after a while. */
function killedUnless(child: ChildProcess, begun: () => boolean): Disposable {
  const timer = setTimeout(() => {
    if (!begun()) child.kill('SIGKILL');
  }, 30_000);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
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

/** What every hub has under `tag`, image by image. */
async function tagsOut({ hubs, images }: CampaignTask, { direct }: RegistryFixture, tag: string) {
  const wanted = hubs.flatMap((hub) => images.map(({ name, variant }) => ({ hub, name, variant })));
  return Promise.all(
    wanted.map(({ hub, name, variant }) =>
      headManifest(direct, parseRepository(`${hub}/${name}`), `${tag}${variant}`),
    ),
  );
}

const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index);
it.each(seeds)(
  'seed %i ends released exactly as planned, whatever kills or disturbs it',
  { timeout: 300_000 },
  async (seed) => {
    const random = seeded(seed);
    const fixture = fixtures.get(kinds[seed % kinds.length] ?? 'password') as RegistryFixture;
    const outDir = await mkdtemp(join(tmpdir(), 'release-pusher-out-'));
    const task = plan(seed, random, fixture, outDir);
    const most = 40 + 60 * task.images.length * task.hubs.length;
    let verb: CampaignTask['verb'] = 'push';
    for (let count = 1; ; count += 1) {
      const last = count === 6;
      const killAt = !last && random() < 0.7 ? 1 + Math.floor(random() * most) : undefined;
      const faultRate = last ? 0 : random() * 0.4;
      const { exitCode, output } = await attempt({ ...task, verb }, fixture, random, faultRate, killAt);
      expectNoSecret(output + (await readFile(journalFile(outDir), 'utf8').catch(() => '')));
      if (exitCode === 0) break;
      const state = await readJournal(outDir);
      expect(exitCode, output).toBeOneOf(state?.tagging ? [null, 7] : [null, 6]);
      expect(state?.done ?? false).toBe(false);
      if (!state?.tagging)
        expect(await tagsOut(task, fixture, releaseTag)).toEqual(
          expect.not.arrayContaining([expect.any(String)]),
        );
      expect(last, output).toBe(false);
      // Once the candidates are verified, either way leads to the same end.
      verb = state?.releaseImages && random() < 0.5 ? 'resume' : 'push';
    }
    const digests = builtImages(task).map(({ built }) => built.manifest.digest);
    const everywhere = task.hubs.flatMap(() => digests);
    for (const tag of [releaseTag, ...task.moving])
      expect(await tagsOut(task, fixture, tag), tag).toEqual(everywhere);
    const receipt = JSON.parse(await readFile(join(outDir, 'receipt.json'), 'utf8'));
    expect(receipt.outcome).toBe('released');
    expect(receipt.images.map((image: { digest: string }) => image.digest).sort()).toEqual(
      digests.toSorted(),
    );
    await rm(outDir, { recursive: true });
  },
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CiError, sha256 } from '@istio-ci/kit';
import { type EnvoyLock, fetchEnvoy, installEnvoy, writeLock } from '../src/index.ts';
import { type Decoys, planRun, type RunPlan, type Step } from './fault-plan.ts';
import { flipped, type LyingServer } from './lying-server.ts';
import { randomOf } from './random.ts';
import { archiveFile, checksumFile, hasty, publish, tinyPin } from './scene.ts';
import { envoyArchive, tarGz, tinyEnvoy } from './tiny-envoy.ts';

/** The result of a run, for the statistics. A run that breaks the property throws. */
export interface RunResult {
  readonly outcomes: readonly string[];
  readonly requests: number;
  readonly lies: number;
}

const binary = tinyEnvoy();
const before = Buffer.from('what was there before\n');

export async function makeDecoys(): Promise<Decoys> {
  const bomb = tinyEnvoy({ padding: '\0'.repeat(20 * 1024 ** 2) });
  return {
    archive: await envoyArchive(binary),
    other: await envoyArchive(tinyEnvoy({ padding: 'not the one' })),
    bomb: await envoyArchive(bomb),
    foreign: await envoyArchive(tinyEnvoy({ arch: 'arm64' })),
    link: await tarGz([{ name: 'usr/local/bin/envoy', type: 'symlink', linkname: '/etc/passwd' }]),
  };
}

/**
 * One seeded run. After each fault the property is checked: the target is the right Envoy or what was there
 * before; after a success it is the right Envoy; and every archive in the store is named by its hash. At the
 * end the server is honest, and the fetch must succeed.
 */
export async function faultRun(
  seed: number,
  server: LyingServer,
  decoys: Decoys,
  folder: string,
  kills: number,
): Promise<RunResult> {
  const plan = planRun(randomOf(seed), decoys, kills);
  const site = {
    seed,
    plan,
    server,
    decoys,
    folder,
    target: join(folder, 'bin/envoy'),
    rotten: new Set<string>(),
  };
  await setUp(site);
  const requests = server.requests.length;
  const outcomes: string[] = [];
  for (const step of plan.steps) {
    outcomes.push(await takeStep(site, step));
    await check(site, outcomes.at(-1) === 'installed');
  }
  for (const [path] of server.lies) server.lies.set(path, []);
  const last = await attempt(site);
  if (last !== 'installed') throw new Error(`with an honest server: ${last}`);
  await check(site, true);
  const litter = (await readdir(dirname(site.target))).filter((name) => name.endsWith('.istio-ci'));
  if (litter.length > 0) throw new Error(`temporary files remain: ${litter.join(' ')}`);
  await rm(folder, { recursive: true });
  const lies = plan.steps.flatMap(({ mirrors }) =>
    mirrors.flatMap(({ archive, checksum }) => [...archive, ...checksum]),
  );
  return { outcomes, requests: server.requests.length - requests, lies: lies.length };
}

interface Site {
  readonly seed: number;
  readonly plan: RunPlan;
  readonly server: LyingServer;
  readonly decoys: Decoys;
  readonly folder: string;
  readonly target: string;
  /** Archives in the store that the run has damaged. */
  readonly rotten: Set<string>;
}

const mirrorsOf = ({ seed, plan }: Site) =>
  Array.from({ length: plan.mirrors }, (_, index) => `${seed}-${index}`);
const storeOf = ({ folder }: Site) => join(folder, 'store');
const urlsOf = (site: Site) => mirrorsOf(site).map((mirror) => `${site.server.base}/${mirror}`);

async function setUp(site: Site): Promise<void> {
  const { folder, target, plan, server, decoys } = site;
  for (const mirror of mirrorsOf(site)) publish(server, mirror, decoys.archive, plan.mode !== 'tofu');
  await mkdir(dirname(target), { recursive: true });
  if (plan.before === 'a file') await writeFile(target, before);
  if (plan.before === 'a link') {
    await writeFile(join(folder, 'elsewhere'), before);
    await symlink('../elsewhere', target);
  }
  if (plan.mode === 'lock') await writeLock(join(folder, 'envoy.lock'), lockOf(site));
}

function lockOf(site: Site): EnvoyLock {
  const { name, sha, flavour } = tinyPin;
  const { archive } = site.decoys;
  const url = `${urlsOf(site)[0]}/${archiveFile}`;
  const hash = { size: archive.length, sha256: sha256(archive), source: 'pinned' } as const;
  return { version: 1, entries: [{ name, sha, flavour, arch: 'amd64', url, ...hash }] };
}

async function takeStep(site: Site, { mirrors, disturbance }: Step): Promise<string> {
  for (const [index, mirror] of mirrorsOf(site).entries()) {
    site.server.lies.set(`/${mirror}/${archiveFile}`, [...(mirrors[index]?.archive ?? [])]);
    site.server.lies.set(`/${mirror}/${checksumFile}`, [...(mirrors[index]?.checksum ?? [])]);
  }
  if (disturbance.kind === 'kill') return await killed(site, disturbance.afterMs);
  if (disturbance.kind === 'rot') await rot(site, disturbance.at);
  if (disturbance.kind === 'torn part') await tear(site, disturbance.bytes);
  return await attempt(
    site,
    disturbance.kind === 'abort' ? AbortSignal.timeout(disturbance.afterMs) : undefined,
  );
}

/** Fetches and installs in this process. Returns the code of the error if that fails. */
async function attempt(site: Site, signal?: AbortSignal): Promise<string> {
  const lock = site.plan.mode === 'lock' ? lockOf(site) : undefined;
  const common = { pin: tinyPin, arch: 'amd64' as const, patience: hasty, signal };
  try {
    const fetched = await fetchEnvoy({ ...common, mirrors: urlsOf(site), store: storeOf(site), lock });
    const actual = sha256(await readFile(fetched.path));
    if (actual !== fetched.sha256) throw new Error(`the store gave ${actual} for ${fetched.sha256}`);
    await installEnvoy(fetched, { targets: [site.target], signal });
    return 'installed';
  } catch (error) {
    if (error instanceof CiError) return error.code;
    if (signal?.aborted && error === signal.reason) return 'aborted';
    throw error;
  }
}

/** Starts a process that fetches and installs, and kills it, unless it ends before. */
async function killed(site: Site, afterMs: number): Promise<string> {
  const lock = site.plan.mode === 'lock' ? join(site.folder, 'envoy.lock') : '';
  const script = join(import.meta.dirname, 'fetch-once.ts');
  const child = spawn(process.execPath, [script, storeOf(site), site.target, lock, ...urlsOf(site)], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await Promise.race([ended, delay(afterMs)]);
  child.kill('SIGKILL');
  const [code] = await ended;
  return code === null ? 'killed' : code === 0 ? 'installed' : 'failed';
}

async function rot(site: Site, at: number): Promise<void> {
  const archives = join(storeOf(site), 'archives');
  for (const name of await readdir(archives).catch(() => [])) {
    await writeFile(join(archives, name), flipped(site.decoys.archive, at));
    site.rotten.add(name);
  }
}

/** Writes what a crash of the machine may leave: some right bytes, then zeros, and the right origin. */
async function tear(site: Site, bytes: number): Promise<void> {
  const parts = join(storeOf(site), 'parts');
  await mkdir(parts, { recursive: true });
  const path = join(parts, `envoy-alpha-${tinyPin.sha}-amd64`);
  const { archive } = site.decoys;
  await writeFile(path, Buffer.concat([archive.subarray(0, bytes / 2), Buffer.alloc(bytes / 2)]));
  const origin = { url: `${urlsOf(site)[0]}/${archiveFile}`, validator: `"${sha256(archive)}"` };
  await writeFile(`${path}.json`, JSON.stringify(origin));
}

async function check(site: Site, installed: boolean): Promise<void> {
  const content = await readFile(site.target).catch(() => undefined);
  const right = content?.equals(binary) ?? false;
  const asBefore = content === undefined ? site.plan.before === 'nothing' : content.equals(before);
  if (!right && (installed || !asBefore)) {
    throw new Error(
      `the target has ${content?.length ?? 'no'} bytes that are neither the right ones nor those from before`,
    );
  }
  if (right && ((await stat(site.target)).mode & 0o777) !== 0o755) throw new Error('its mode is wrong');
  if (right && (await lstat(site.target)).isSymbolicLink()) throw new Error('it was written through a link');
  const archives = join(storeOf(site), 'archives');
  for (const name of await readdir(archives).catch(() => [])) {
    const wrong = sha256(await readFile(join(archives, name))) !== name;
    if (wrong && !site.rotten.has(name)) throw new Error(`the store's ${name} has other bytes`);
  }
}

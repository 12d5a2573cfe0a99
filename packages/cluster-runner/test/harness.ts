import { readdirSync, readFileSync } from 'node:fs';
import { connectEngine, imageRef } from '@istio-ci/image-builder';
import { followEngineStream } from '@istio-ci/kit';
import { pack } from 'tar-stream';
import { expect } from 'vitest';
import { connectPlace, execInSession, loadImages, type Session } from '../src/index.ts';
import { label } from '../src/labels.ts';
import { randomName } from '../src/names.ts';

export const place = connectPlace();

/** The engine itself, for tests that look at it past the place, or break something. */
export const engine = connectEngine();

/** The image under test: the one that is built from this tree, unless the environment names another one. */
export const image = process.env.ISTIO_CI_CLUSTER_IMAGE ?? (await imageRef('minikube-dind'));

/** A name that no other test run has. */
export const newName = () => `test-${randomName()}`;

/** Runs kubectl in the cluster container, with `input` on its stdin, and returns what it printed. */
export async function kubectl(session: Session, words: string, input?: string | object): Promise<string> {
  const text = typeof input === 'object' ? JSON.stringify(input) : input;
  const command = ['kubectl', ...words.split(' ')];
  const { stdout, stderr, exitCode } = await execInSession(place, session, command, { input: text });
  expect([exitCode, stderr], command.join(' ')).toEqual([0, '']);
  return stdout;
}

/**
 * An image with a shell and Perl, which pods of the session find; the engine has it, since ours rest on it.
 */
export async function giveBaseImage(session: Session): Promise<string> {
  const base = await imageRef('base');
  await loadImages(place, session, [base]);
  return base;
}

/** A pod of one container that runs `command`, as kubectl applies it. */
export function podOf(name: string, image: string, command: readonly string[], more: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [{ name, image, imagePullPolicy: 'Never', command, ...more }],
    },
  };
}

/** How long every ending may take until nothing is left, in milliseconds (issue 4). */
const endMs = 15_000;

/**
 * Everything of a session that is there now, by name: containers, networks, its anonymous volumes, guard
 * processes.
 */
export async function thingsOf(name: string, ids: Set<string>, volumes: Set<string>): Promise<string[]> {
  const filters = { label: [`${label.session}=${name}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes(),
  ]);
  for (const { Labels, Mounts } of containers) {
    ids.add(Labels[label.id] ?? '');
    for (const mount of Mounts) if (mount.Type === 'volume' && mount.Name) volumes.add(mount.Name);
  }
  for (const { Labels } of networks) ids.add(Labels?.[label.id] ?? '');
  return [
    ...containers.map(({ Names }) => `container ${Names[0]}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...Volumes.filter((volume) => volumes.has(volume.Name)).map((volume) => `volume ${volume.Name}`),
    ...guards(ids),
  ];
}

/** Watches a session by name from its start, and waits at the end until nothing of it is left. */
export function watch(name: string) {
  const ids = new Set<string>();
  const volumes = new Set<string>();
  const look = () => thingsOf(name, ids, volumes);
  return {
    look,
    /** Resolves when something of the session is there. */
    begun: () => expect.poll(look, { timeout: 60_000, interval: 20 }).not.toEqual([]),
    nothingLeft: () => expect.poll(look, { timeout: endMs, interval: 250 }).toEqual([]),
  };
}

/**
 * Everything with a session's id that exists now, including what is left of a cluster of the pool under any
 * name.
 */
export async function thingsWithId(id: string): Promise<string[]> {
  const filters = { label: [`${label.id}=${id}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names[0]}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...Volumes.map(({ Name }) => `volume ${Name}`),
    ...guards(new Set([id])),
  ];
}

/** Waits until nothing with this id is left. */
export const nothingLeftOf = (id: string) =>
  expect.poll(() => thingsWithId(id), { timeout: endMs, interval: 250 }).toEqual([]);

/** The guards of these sessions that run: a guard names its session in its argument. */
function guards(ids: Set<string>): string[] {
  return [...ids].flatMap((id) => guardPids(id).map((pid) => `guard ${pid}`));
}

export function guardPids(id: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const command = commandOf(pid);
      return command.includes('guard/main.ts') && command.includes(`"${id}"`);
    });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The image under test with something in it broken: built from it by these instructions of a Dockerfile.
 * @returns its name
 */
export async function brokenImage(...instructions: string[]): Promise<string> {
  const context = pack();
  context.entry({ name: 'Dockerfile' }, [`FROM ${image}`, ...instructions, ''].join('\n'));
  context.finalize();
  const name = `localhost/${newName()}:broken`;
  await followEngineStream(
    await engine.buildImage(context as unknown as NodeJS.ReadableStream, { t: name, forcerm: true }),
  );
  return name;
}

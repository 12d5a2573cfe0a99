import { readdirSync, readFileSync } from 'node:fs';
import { imageRef } from '@istio-ci/image-builder';
import { connectEngine } from '@istio-ci/kit';
import { expect } from 'vitest';
import { label } from '../src/labels.ts';
import { randomName } from '../src/names.ts';

export const engine = connectEngine();

/** The image under test: the one that is built from this tree, unless the environment names another one. */
export const image = process.env.ISTIO_CI_CLUSTER_IMAGE ?? (await imageRef('minikube-dind'));

/** A name that no other test run has. */
export const newName = () => `test-${randomName()}`;

/** How long every ending may take until nothing is left, in milliseconds (issue 4). */
const endMs = 15_000;

/** Everything of a session that is there now, by name: containers, networks, its anonymous volumes, guard processes. */
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

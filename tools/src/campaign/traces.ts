import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { connectPlace } from '@istio-ci/cluster-runner';
import type { connectEngine } from '@istio-ci/image-builder';
import { cachePath } from '@istio-ci/kit';
import { guardedId, processesWithTmp } from './processes.ts';

type Engine = ReturnType<typeof connectEngine>;

/** The polling interval, in milliseconds. */
const lookMs = 50;

/** What one trial has left on the engine and on this machine; others may use both at the same time. */
export interface Traces {
  /** Everything of this trial that exists now. */
  look(): Promise<string[]>;
  /** True if one warm cluster of the trial is in the pool. */
  isWarm(): Promise<boolean>;
  /**
   * Waits until nothing is left. Returns what was left after the limit, and how many milliseconds it took.
   */
  gone(limitMs: number): Promise<{ left: string[]; ms: number }>;
  /** Removes what is left. */
  clear(): Promise<void>;
  stop(): void;
}

/**
 * Follows what commands with this TMPDIR make. Each of their sessions has a guard, which is started before
 * anything else and has the id of the session in its argument; containers, networks and volumes have that id
 * as a label.
 */
export function follow(engine: Engine, tmp: string): Traces {
  const ids = new Set<string>();
  const processes = async () => {
    const found = await processesWithTmp(tmp);
    for (const id of found.map(guardedId)) if (id !== undefined) ids.add(id);
    return found;
  };
  const timer = setInterval(() => void processes(), lookMs);
  const look = async () => {
    const running = await processes();
    const [things, logs, files] = await Promise.all([
      Promise.all([...ids].map((id) => thingsOf(engine, id))),
      readdir(cachePath('guards')).catch((): string[] => []),
      readdir(tmp),
    ]);
    return [
      ...things.flat(),
      ...running.map(({ pid, command }) => `process ${pid} ${command.join(' ')}`),
      ...[...ids].filter((id) => logs.includes(`${id}.log`)).map((id) => `log ${id}.log`),
      ...files.map((file) => `file ${file}`),
    ];
  };
  return {
    look,
    isWarm: async () => {
      const containers = await Promise.all([...ids].map((id) => clustersOf(engine, id)));
      return containers.flat().some(({ State }) => State === 'paused');
    },
    gone: async (limitMs) => {
      const begun = performance.now();
      const elapsed = () => Math.round(performance.now() - begun);
      for (let before: string[] = []; ; ) {
        const at = elapsed();
        const left = await look();
        // A look takes long on a busy machine, so the moment that counts is its start.
        if (at > limitMs) return { left: left.length > 0 ? left : before, ms: elapsed() };
        if (left.length === 0) return { left, ms: elapsed() };
        before = left;
        await delay(lookMs);
      }
    },
    clear: async () => {
      await Promise.all([...ids].map((id) => connectPlace().down(id)));
    },
    stop: () => clearInterval(timer),
  };
}

const withId = (id: string) => ({ label: [`dev.istio-ci.id=${id}`] });

function clustersOf(engine: Engine, id: string) {
  return engine.listContainers({ all: true, filters: withId(id) });
}

async function thingsOf(engine: Engine, id: string): Promise<string[]> {
  const [containers, networks, { Volumes }] = await Promise.all([
    clustersOf(engine, id),
    engine.listNetworks({ filters: withId(id) }),
    engine.listVolumes({ filters: withId(id) }),
  ]);
  return [
    ...containers.map(({ Names, State }) => `container ${Names[0]} ${State}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...Volumes.map(({ Name }) => `volume ${Name}`),
  ];
}

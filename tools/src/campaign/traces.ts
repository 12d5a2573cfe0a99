import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { removeSession } from '@istio-ci/cluster-runner';
import { cachePath, type connectEngine } from '@istio-ci/kit';
import { guardedId, processesWithTmp } from './processes.ts';

type Engine = ReturnType<typeof connectEngine>;

/** How often it is looked, in milliseconds. */
const lookMs = 50;

/** What one trial has left on the engine and on this machine, told from all that others do there. */
export interface Traces {
  /** Everything of ours that is there now. */
  look(): Promise<string[]>;
  /** True where all that is there is one cluster that stands by in the pool, whole. */
  standsBy(): Promise<boolean>;
  /** Waits until nothing is there; returns what was left when the time was over, and how many milliseconds it took. */
  gone(limitMs: number): Promise<{ left: string[]; ms: number }>;
  /** Removes what is left. */
  clear(): Promise<void>;
  stop(): void;
}

/**
 * Follows what commands with this TMPDIR make. Every session of theirs has a guard, which is there before anything
 * else of it and names its id; containers, networks and volumes carry that id.
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
    standsBy: async () => {
      const containers = await Promise.all([...ids].map((id) => clustersOf(engine, id)));
      return containers.flat().some(({ State }) => State === 'paused');
    },
    gone: async (limitMs) => {
      const begun = performance.now();
      const elapsed = () => Math.round(performance.now() - begun);
      for (let before: string[] = []; ; ) {
        const at = elapsed();
        const left = await look();
        // A look takes long on a busy machine: what counts is when it began, and what the one before saw.
        if (at > limitMs) return { left: left.length > 0 ? left : before, ms: elapsed() };
        if (left.length === 0) return { left, ms: elapsed() };
        before = left;
        await delay(lookMs);
      }
    },
    clear: async () => {
      await Promise.all([...ids].map((id) => removeSession(engine, id)));
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

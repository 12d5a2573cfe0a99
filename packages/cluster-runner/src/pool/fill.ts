import { cachePath, type Operation, withFileLock } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { randomName } from '../names.ts';
import { gcSessions } from '../session/gc.ts';
import { markFor } from '../session/mark.ts';
import { removeSession } from '../session/remove.ts';
import { checkSettings } from '../session/settings.ts';
import { startSession } from '../session/start.ts';
import { type ClusterSettings, claim, listPool, type PoolEntry, poolKey } from './entries.ts';

export interface PoolRequest extends Operation, ClusterSettings {
  readonly engine: Docker;
  /** How many clusters with these settings shall stand by, or `more`: that one more is booted, however many do. */
  readonly count: number | 'more';
  /** Where the evidence of a boot that fails is written. */
  readonly evidenceDir?: string | undefined;
  /** A cluster that nobody took goes after this time; 8 hours by default. */
  readonly leaseSeconds?: number | undefined;
}

/**
 * Boots clusters, one after the other, and freezes them until as many stand by as asked for. A frozen cluster takes memory
 * but no processor time. Each has a lease and a guard of its own, like any session.
 * @returns all that stand by with these settings
 */
export async function poolFill(request: PoolRequest): Promise<PoolEntry[]> {
  const { engine, count, leaseSeconds = 8 * 60 * 60 } = request;
  checkSettings(request);
  await gcSessions(engine, request);
  const key = poolKey(request);
  const standing = async () => (await listPool(engine)).filter((entry) => entry.key === key);
  // Two that fill at once would each boot what is missing.
  await withFileLock(cachePath('pool.lock'), request, async () => {
    const missing = count === 'more' ? 1 : count - (await standing()).length;
    for (let made = 0; made < missing; made += 1) {
      request.progress?.(`booting ${made + 1} of ${missing}`);
      await bootFrozen(request, leaseSeconds, key);
    }
  });
  return standing();
}

async function bootFrozen(request: PoolRequest, leaseSeconds: number, key: string): Promise<void> {
  const mark = { ...markFor({ name: `pool-${randomName()}`, leaseSeconds }), pool: key };
  await startSession({ ...request, leaseSeconds }, mark, (container) =>
    engineStep({ what: 'the pool' }, () => request.engine.getContainer(container).pause()),
  );
}

/**
 * Removes the clusters that stand by, those with the same settings where some are given, and returns how many there
 * were. Sessions that were handed out stay.
 */
export async function poolDrain(engine: Docker, settings?: ClusterSettings): Promise<number> {
  const key = settings === undefined ? undefined : poolKey(settings);
  const entries = (await listPool(engine)).filter((entry) => key === undefined || entry.key === key);
  const drained = entries.map(async (entry) => {
    // Somebody may take it just now: who thaws it has it. One that still boots nobody can take.
    if (entry.frozen && !(await claim(engine, entry))) return 0;
    await removeSession(engine, entry.id);
    return 1;
  });
  return (await Promise.all(drained)).reduce((sum: number, one) => sum + one, 0);
}

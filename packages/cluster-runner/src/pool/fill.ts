import { cachePath, type Operation, withFileLock } from '@istio-ci/kit';
import { newLabels } from '../create/new-labels.ts';
import { checkSettings } from '../create/settings.ts';
import { gcSessions } from '../guard/gc.ts';
import { randomName } from '../names.ts';
import type { Place } from '../place/place.ts';
import { startSession } from '../start.ts';
import { type ClusterSettings, listPool, type PoolEntry, poolKey, requireStandby } from './entries.ts';

export interface PoolRequest extends Operation, ClusterSettings {
  readonly place: Place;
  /** How many warm clusters with these settings there should be; `more` boots one in any case. */
  readonly count: number | 'more';
  /** The folder for the evidence of a boot that fails. */
  readonly evidenceDir?: string | undefined;
  /** A cluster that is not taken is removed after this time; 8 hours by default. */
  readonly leaseSeconds?: number | undefined;
}

/**
 * Boots clusters, one after the other, and freezes them, until there are as many warm ones as asked for. A
 * frozen cluster takes memory but no processor time. Each has a lease and a guard, like any session.
 * @returns all warm clusters with these settings
 * @throws {CiError} PLACE_HAS_NO_POOL, and everything that `upSession` throws for a cluster
 */
export async function poolFill(request: PoolRequest): Promise<PoolEntry[]> {
  const { place, count, leaseSeconds = 8 * 60 * 60 } = request;
  requireStandby(place);
  checkSettings(request, place.local);
  await gcSessions(place, request);
  const key = poolKey(request);
  const warm = async () => (await listPool(place)).filter((entry) => entry.key === key);
  // Two processes that fill at once would each boot everything that is missing.
  await withFileLock(cachePath('pool.lock'), request, async () => {
    const missing = count === 'more' ? 1 : count - (await warm()).length;
    for (let made = 0; made < missing; made += 1) {
      request.progress?.(`booting ${made + 1} of ${missing}`);
      await bootFrozen(request, leaseSeconds, key);
    }
  });
  return warm();
}

async function bootFrozen(request: PoolRequest, leaseSeconds: number, key: string): Promise<void> {
  const labels = { ...newLabels({ name: `pool-${randomName()}`, leaseSeconds }), pool: key };
  await startSession({ ...request, leaseSeconds }, labels, (cluster) =>
    requireStandby(request.place).freeze(cluster),
  );
}

/**
 * Removes the warm clusters, only those with these settings if some are given, and returns how many there
 * were. Sessions that were handed out stay.
 */
export async function poolDrain(place: Place, settings?: ClusterSettings): Promise<number> {
  const standby = requireStandby(place);
  const key = settings === undefined ? undefined : poolKey(settings);
  const entries = (await listPool(place)).filter((entry) => key === undefined || entry.key === key);
  const drained = entries.map(async (entry) => {
    // Another process may take it at this moment: the one that thaws it owns it. One that is still booting
    // cannot be taken.
    if (entry.frozen && !(await standby.claim(entry.container))) return 0;
    await place.down(entry.id);
    return 1;
  });
  return (await Promise.all(drained)).reduce((sum: number, one) => sum + one, 0);
}

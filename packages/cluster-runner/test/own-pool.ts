import { listPool, poolDrain, poolFill } from '../src/index.ts';
import type { PoolEntry } from '../src/pool/entries.ts';
import { poolKey } from '../src/pool/entries.ts';
import { image, newName, place } from './harness.ts';

/**
 * A pool for settings that no one else's has, so that one on the developer's machine, or of another test, is
 * left alone.
 */
export function ownPool() {
  const settings = { place, image, certSans: [`${newName()}.test`] };
  const key = poolKey(settings);
  const filled = (leaseSeconds = 600) => poolFill({ ...settings, count: 1, leaseSeconds });
  return {
    settings,
    filled,
    /** Boots one warm cluster. */
    async filledOne(leaseSeconds?: number): Promise<PoolEntry> {
      const [entry] = await filled(leaseSeconds);
      if (!entry) throw new Error('there is no warm cluster');
      return entry;
    },
    oursNow: async () => (await listPool(place)).filter((entry) => entry.key === key),
    drain: () => poolDrain(place, settings),
  };
}

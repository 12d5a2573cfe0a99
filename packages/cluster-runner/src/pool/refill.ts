import { cachePath } from '@istio-ci/kit';
import { startHelper } from '../helper-process.ts';
import type { SessionRequest } from '../session/types.ts';
import { listPool, poolKey, settingsOf } from './entries.ts';
import type { RefillOrder } from './refill-main.ts';

/**
 * Lets a process of its own boot one more cluster than now stands by with the request's settings, and does not wait for
 * it. What keeps it from that is in its log.
 */
export async function refillPool(request: SessionRequest): Promise<void> {
  const settings = settingsOf(request);
  const key = poolKey(settings);
  const standing = (await listPool(request.engine)).filter((entry) => entry.key === key).length;
  const log = cachePath('pool', `${key}.log`);
  const order: RefillOrder = { settings, count: standing + 1, log };
  const { stdin } = await startHelper(new URL('./refill-main.ts', import.meta.url), order, log);
  stdin?.end();
}

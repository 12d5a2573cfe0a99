import { cachePath } from '@istio-ci/kit';
import { startHelper } from '../helper-process.ts';
import { randomName } from '../names.ts';
import type { SessionRequest } from '../types.ts';
import { settingsOf } from './entries.ts';
import type { RefillOrder } from './refill-main.ts';

/**
 * Starts a process that boots one more cluster with the request's settings for the pool, and does not wait
 * for it. Its errors are in its log.
 */
export async function refillPool(request: SessionRequest): Promise<void> {
  const log = cachePath('pool', `refill-${randomName()}.log`);
  const { evidenceDir } = request;
  const order: RefillOrder = { settings: settingsOf(request), evidenceDir, log };
  const { stdin } = await startHelper(new URL('./refill-main.ts', import.meta.url), order, log);
  stdin?.end();
}

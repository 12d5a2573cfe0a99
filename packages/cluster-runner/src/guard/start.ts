import { cachePath } from '@istio-ci/kit';
import { startHelper } from '../helper-process.ts';
import type { GuardOrder, GuardReady } from './protocol.ts';

/** How a starting session speaks to its guard. */
export interface Guard {
  /** The session is complete: the guard lets go of us and watches on its own. */
  ready(watch: GuardReady): void;
  /** The start failed: the guard removes what we could not, and ends. */
  abandon(): void;
}

/** Where guards write what went wrong; each removes its own file when it ends. */
export function guardLog(id: string): string {
  return cachePath('guards', `${id}.log`);
}

/**
 * Starts the helper process that ends a session when its owner dies. It comes before anything of the session
 * exists: the pipe to it is closed by the kernel even where we are killed, so that no moment is unguarded. Where it
 * cannot start, the lease inside the container still ends the session.
 */
export async function startGuard(order: GuardOrder): Promise<Guard> {
  const { stdin } = await startHelper(new URL('./main.ts', import.meta.url), order, guardLog(order.id));
  return {
    ready: (watch) => void stdin?.end(`${JSON.stringify(watch)}\n`),
    abandon: () => void stdin?.end(),
  };
}

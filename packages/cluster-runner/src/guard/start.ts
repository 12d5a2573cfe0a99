import { cachePath } from '@istio-ci/kit';
import { startHelper } from '../helper-process.ts';
import type { GuardOrder, GuardReady } from './protocol.ts';

/** How the process that starts a session speaks to its guard. */
export interface Guard {
  /** The session is complete: from now on the guard watches it without us. */
  ready(watch: GuardReady): void;
  /** The start failed: the guard removes what we could not, and ends. */
  abandon(): void;
}

/** Where guards write what went wrong; each removes its own file when it ends. */
export function guardLog(id: string): string {
  return cachePath('guards', `${id}.log`);
}

/**
 * Starts the helper process that ends a session when its owner dies. It is started before anything of the
 * session exists: the kernel closes the pipe to it even if we are killed, so no moment is unguarded. If it
 * cannot start, the lease inside the container still ends the session.
 */
export async function startGuard(order: GuardOrder): Promise<Guard> {
  const { stdin } = await startHelper(new URL('./main.ts', import.meta.url), order, guardLog(order.id));
  return {
    ready: (watch) => void stdin?.end(`${JSON.stringify(watch)}\n`),
    abandon: () => void stdin?.end(),
  };
}

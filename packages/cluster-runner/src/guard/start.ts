import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { cachePath, childEnv } from '@istio-ci/kit';
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
 * exists: the pipe to it is closed by the kernel even where we are killed, so that no moment is unguarded.
 *
 * It leads a session of its own (setsid) and so survives our terminal; it has an environment by allow-list, so that Jenkins, which
 * kills by BUILD_ID and cookie in the environment, lets it live.
 */
export async function startGuard(order: GuardOrder): Promise<Guard> {
  await mkdir(cachePath('guards'), { recursive: true });
  await using log = await open(guardLog(order.id), 'a', 0o600);
  const main = new URL('./main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    detached: true,
    cwd: '/',
    env: childEnv({}, ['DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'SSH_AUTH_SOCK']),
    stdio: ['pipe', 'ignore', log.fd],
  });
  child.unref();
  // A guard that could not start is seen by its log; the lease inside the container still ends the session.
  child.on('error', () => {});
  const { stdin } = child;
  stdin?.on('error', () => {});
  return {
    ready: (watch) => void stdin?.end(`${JSON.stringify(watch)}\n`),
    abandon: () => void stdin?.end(),
  };
}

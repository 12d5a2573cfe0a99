import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnv } from '@istio-ci/kit';

/**
 * Starts one of our programs, which outlives this process: `main` is its file, `argument` its one argument,
 * as JSON. Its stdin is a pipe from us; its output goes to the file `log`. It leads its own session (setsid)
 * and so outlives our terminal. Its environment is an allow-list: Jenkins kills processes by BUILD_ID and a
 * cookie in their environment, and so spares this one.
 */
export async function startHelper(main: URL, argument: unknown, log: string): Promise<ChildProcess> {
  await mkdir(dirname(log), { recursive: true });
  await using file = await open(log, 'a', 0o600);
  const child = spawn(process.execPath, [fileURLToPath(main), JSON.stringify(argument)], {
    detached: true,
    cwd: '/',
    env: childEnv({}, [
      'DOCKER_HOST',
      'DOCKER_TLS_VERIFY',
      'DOCKER_CERT_PATH',
      'SSH_AUTH_SOCK',
      'ISTIO_CI_TIME_FACTOR',
    ]),
    stdio: ['pipe', 'ignore', file.fd],
  });
  child.unref();
  // One that could not start is seen by its log.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  return child;
}

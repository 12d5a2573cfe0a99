import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { childEnv } from '@istio-ci/kit';

/**
 * Starts a program of ours that goes on without us: `main` is its file, `argument` its one argument, as JSON. Its stdin is
 * a pipe from us, its output goes to the file `log`.
 *
 * It leads a session of its own (setsid) and so survives our terminal; it has an environment by allow-list, so that Jenkins, which
 * kills by BUILD_ID and cookie in the environment, lets it live.
 */
export async function startHelper(main: URL, argument: unknown, log: string): Promise<ChildProcess> {
  await mkdir(dirname(log), { recursive: true });
  await using file = await open(log, 'a', 0o600);
  const child = spawn(process.execPath, [main.pathname, JSON.stringify(argument)], {
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

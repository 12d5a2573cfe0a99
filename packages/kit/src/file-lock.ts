import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Operation } from './progress.ts';
import { run } from './run.ts';

/**
 * Runs `body` while no other process holds the lock on `path`, an empty file that stays. Waits without end, until
 * `signal`.
 *
 * It is the kernel's own flock(2): it falls free the moment its owner ends, a SIGKILL included, and is never
 * taken for abandoned while its owner lives. Node has no call for it, so util-linux's `flock` locks a descriptor
 * that we opened; such a lock belongs to the open file, so it stays with us when that child is gone.
 */
export async function withFileLock<T>(
  path: string,
  { signal, progress }: Operation,
  body: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await using file = await open(path, 'a', 0o644);
  const flock = (flag: string) =>
    run(['flock', flag, '3'], { descriptors: [file.fd], okCodes: [0, 1], signal });
  if ((await flock('-n')).exitCode !== 0) {
    progress?.(`waiting for another process: ${path}`);
    await flock('-x');
  }
  return await body();
}

import { type FileHandle, mkdir, open } from 'node:fs/promises';
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
  await using file = await openLock(path);
  if (!(await lock(file, '-n', signal))) {
    progress?.(`waiting for another process: ${path}`);
    await lock(file, '-x', signal);
  }
  return await body();
}

/**
 * The same lock without waiting: the open file, which holds it until it is closed; undefined where another process has
 * it. What its owner writes into the file, others may read.
 */
export async function tryFileLock(path: string): Promise<FileHandle | undefined> {
  const file = await openLock(path);
  const ours = await lock(file, '-n').catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  if (ours) return file;
  await file.close();
  return undefined;
}

async function openLock(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'a', 0o644);
}

/** False where another process has the lock, and the flag says not to wait. */
async function lock(file: FileHandle, flag: '-n' | '-x', signal?: AbortSignal): Promise<boolean> {
  const { exitCode } = await run(['flock', flag, '3'], { descriptors: [file.fd], okCodes: [0, 1], signal });
  return exitCode === 0;
}

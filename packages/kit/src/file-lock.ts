import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Operation } from './progress.ts';
import { run } from './run.ts';

/**
 * Runs `body` while it holds the lock on `path`, an empty file that stays. Waits without a limit, until
 * `signal`.
 *
 * This is flock(2): the kernel releases it as soon as its owner ends, even by SIGKILL, and never while its
 * owner runs. Node has no call for it, so util-linux's `flock` locks a descriptor that we opened. Such a lock
 * belongs to the open file, so we keep it after that child has ended.
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
 * Takes the same lock without waiting. Returns the open file, which holds the lock until it is closed;
 * undefined if another process holds it. The owner may write into the file what others should know.
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

/** False if another process holds the lock and the flag says not to wait. */
async function lock(file: FileHandle, flag: '-n' | '-x', signal?: AbortSignal): Promise<boolean> {
  const { exitCode } = await run(['flock', flag, '3'], { descriptors: [file.fd], okCodes: [0, 1], signal });
  return exitCode === 0;
}

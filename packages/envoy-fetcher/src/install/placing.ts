import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CiError, syncFolder } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';

/** What is not yet a target is called this, with the process that makes it: `.envoy.1234-9f2c.istio-ci`. */
const temporary = /^\..+\.(\d+)-[0-9a-f]+\.istio-ci$/;

/** A new name beside the target, where a rename to it is one step. */
export function temporaryName(target: string): string {
  const name = `.${basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}.istio-ci`;
  return join(dirname(target), name);
}

/** Makes a target's folder, and removes what a killed process of ours left in it. */
export async function prepareFolder(folder: string): Promise<void> {
  await onTarget(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const [, pid] = temporary.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
    }
  });
}

/** A copy with the mode of the original, shared with it where the file system can, on the disk when it returns. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await onTarget(to, async () => {
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await using file = await open(to, 'r');
    await file.sync();
  });
}

/** Gives a finished file its name; a link at that name is replaced, not followed. */
export async function putInPlace(from: string, target: string): Promise<void> {
  await onTarget(target, async () => {
    await rename(from, target);
    await syncFolder(dirname(target));
  });
}

/** An error of the file system as one about the target. */
export async function onTarget<T>(target: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw cause instanceof CiError ? cause : envoyErrors.target(target, cause);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and someone else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import { statfs } from 'node:fs/promises';

/** Bytes that this user may still write at `path`; undefined if that path does not exist on this machine. */
export async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

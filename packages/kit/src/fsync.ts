import { open } from 'node:fs/promises';

/**
 * Makes what was created, renamed or removed in a folder outlast a power cut: fsync(2) of a file does not.
 */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}

import { mkdir } from 'node:fs/promises';
import { cachePath, freeBytes } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { isLocalEngine } from './engine/connect.ts';
import { imageErrors } from './errors.ts';

/**
 * Checks that there is enough disk space before an hour's work fails for lack of it. An engine whose data
 * root is not on this machine (remote, or in a virtual machine) is not checked.
 * @param needs bytes
 * @throws {CiError} DISK_TOO_SMALL
 */
export async function requireSpace(
  engine: Docker,
  needs: { readonly engine: number; readonly cache: number },
): Promise<void> {
  const cache = cachePath();
  await mkdir(cache, { recursive: true });
  const places = [{ path: cache, bytes: needs.cache }];
  if (isLocalEngine()) places.push({ path: (await engine.info()).DockerRootDir, bytes: needs.engine });
  for (const { path, bytes } of places) {
    const free = await freeBytes(path);
    if (free !== undefined && free < bytes) throw imageErrors.diskTooSmall(path, bytes, free);
  }
}

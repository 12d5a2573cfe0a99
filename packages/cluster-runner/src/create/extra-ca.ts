import { readFile } from 'node:fs/promises';
import { extraCaPath } from '../cluster-image.ts';
import { sessionErrors } from '../errors.ts';
import type { ContainerFile } from '../place/plan.ts';

/**
 * The CA bundle of a request as a file of the cluster; none if it asks for none.
 * @throws {CiError} EXTRA_CA_UNREADABLE
 */
export async function extraCaFiles(path: string | undefined): Promise<ContainerFile[]> {
  if (path === undefined) return [];
  const content = await readFile(path).catch((cause: unknown) => {
    throw sessionErrors.extraCaUnreadable(path, cause);
  });
  return [{ path: extraCaPath, content }];
}

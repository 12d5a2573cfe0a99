import type { Operation } from '@istio-ci/kit';
import { parseRepository, type RegistryConnection } from '@istio-ci/registry';

/** A registry's answer about rights is for one repository. Every Istio distribution has this image. */
export const typicalImage = 'pilot';

/**
 * Checks that every hub accepts pushes of the images, or of the typical one while none is known.
 * @throws {CiError} PUSH_DENIED, PUSH_UNAVAILABLE
 */
export async function checkRights(
  registry: RegistryConnection,
  hubs: readonly string[],
  names: readonly string[],
  { progress }: Operation,
): Promise<void> {
  progress?.('checking the right to push');
  for (const hub of hubs)
    for (const name of names.length > 0 ? new Set(names) : [typicalImage])
      await registry.checkAccess(parseRepository(`${hub}/${name}`));
}

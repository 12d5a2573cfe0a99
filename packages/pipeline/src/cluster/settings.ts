import type { Distribution } from '@istio-ci/distribution';
import { resolveImage } from './service-images.ts';

/** What a distribution's cluster is booted with: the stage `cluster` asks for it, and the pool is filled with the same. */
export async function clusterSettingsOf({ cluster }: Pick<Distribution, 'cluster'>) {
  const { kubernetes, privileges, bootstrapper, insecureRegistries, registryMirrors, certSans, dockerTls } =
    cluster;
  const images = await Promise.all(cluster.images.map((name) => resolveImage(name, { kubernetes })));
  return { privileges, bootstrapper, insecureRegistries, registryMirrors, certSans, dockerTls, images };
}

import type { Distribution } from '@istio-ci/distribution';
import { resolveImage } from './service-images.ts';

/** The settings of a distribution's cluster. The stage `cluster` uses them, and so does `pool fill`. */
export async function clusterSettingsOf({ cluster }: Pick<Distribution, 'cluster'>) {
  const { kubernetes, privileges, bootstrapper, insecureRegistries, registryMirrors, certSans, dockerTls } =
    cluster;
  const images = await Promise.all(cluster.images.map((name) => resolveImage(name, { kubernetes })));
  return { privileges, bootstrapper, insecureRegistries, registryMirrors, certSans, dockerTls, images };
}

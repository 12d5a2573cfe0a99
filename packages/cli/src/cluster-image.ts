import { hostCaBundle, requireEngine } from '@istio-ci/kit';
import { type ClusterImageRequest, provideClusterImage } from '@istio-ci/pipeline';

/** The engine, the cluster's image (built if it is not there) and this machine's CA: what every new cluster needs. */
export async function clusterImage(request: Omit<ClusterImageRequest, 'engine'>) {
  const engine = await requireEngine();
  return { engine, image: await provideClusterImage({ ...request, engine }), extraCa: await hostCaBundle() };
}

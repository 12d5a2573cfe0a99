import { hostCaBundle, requireEngine } from '@istio-ci/kit';
import { type ClusterImageRequest, provideClusterImage } from '@istio-ci/pipeline';

/**
 * What every new cluster needs: the engine, the image (built if it is missing) and the CA bundle of this
 * machine.
 */
export async function clusterImage(request: Omit<ClusterImageRequest, 'engine'>) {
  const engine = await requireEngine();
  return { engine, image: await provideClusterImage({ ...request, engine }), extraCa: await hostCaBundle() };
}

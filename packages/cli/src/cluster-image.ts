import { openPlace } from '@istio-ci/cluster-runner';
import { type ClusterImageRequest, provideClusterImage } from '@istio-ci/image-builder';
import { hostCaBundle } from '@istio-ci/kit';

/**
 * What every new cluster needs: the place, the image (built if it is missing) and the CA bundle of this
 * machine.
 */
export async function clusterImage(request: ClusterImageRequest) {
  const place = await openPlace();
  return { place, image: await provideClusterImage(request), extraCa: await hostCaBundle() };
}

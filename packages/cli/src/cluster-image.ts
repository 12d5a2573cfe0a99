import { openPlace } from '@istio-ci/cluster-runner';
import { hostCaBundle } from '@istio-ci/kit';
import { type ClusterImageRequest, provideClusterImage } from '@istio-ci/pipeline';

/**
 * What every new cluster needs: the place, the image (built if it is missing) and the CA bundle of this
 * machine.
 */
export async function clusterImage(request: ClusterImageRequest) {
  const place = await openPlace();
  return { place, image: await provideClusterImage(request), extraCa: await hostCaBundle() };
}

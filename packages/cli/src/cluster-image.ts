import { buildImages, hostCaBundle, imageRef } from '@istio-ci/image-builder';
import { type Operation, requireEngine } from '@istio-ci/kit';

/** The engine, the cluster's image (built if it is not there) and this machine's CA: what every new cluster needs. */
export async function clusterImage(operation: Operation) {
  const engine = await requireEngine();
  await buildImages(['minikube-dind'], { engine, ...operation });
  return { engine, image: await imageRef('minikube-dind'), extraCa: await hostCaBundle() };
}

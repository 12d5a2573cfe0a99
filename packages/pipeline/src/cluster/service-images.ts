import type { Distribution } from '@istio-ci/distribution';
import { type ImageName, type ImageOptions, imageRef, isImageName } from '@istio-ci/image-builder';

/** Our images that a run on this distribution needs. Pure. */
export function imagesOf({ services, cluster }: Pick<Distribution, 'services' | 'cluster'>): ImageName[] {
  const named = [...Object.values(services).map(({ image }) => image), ...cluster.images];
  return [...new Set<ImageName>(['jenkins-build', 'minikube-dind', ...named.filter(isImageName)])];
}

/** What the engine calls an image that a configuration names: ours by the hash of its inputs, others as they are. */
export async function resolveImage(name: string, options: ImageOptions): Promise<string> {
  return isImageName(name) ? imageRef(name, options) : name;
}

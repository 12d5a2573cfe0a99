import type { Distribution } from '@istio-ci/distribution';
import { type ImageName, type ImageOptions, imageRef, isImageName } from '@istio-ci/image-builder';

/** Our images that a run on this distribution needs. Pure. */
export function imagesOf({ services, cluster }: Pick<Distribution, 'services' | 'cluster'>): ImageName[] {
  const named = [...Object.values(services).map(({ image }) => image), ...cluster.images];
  return [...new Set<ImageName>(['jenkins-build', 'minikube-dind', ...named.filter(isImageName)])];
}

/** The engine's name of an image in the configuration: ours by the hash of their inputs, others unchanged. */
export async function resolveImage(name: string, options: ImageOptions): Promise<string> {
  return isImageName(name) ? imageRef(name, options) : name;
}

import type { Bootstrapper, KubernetesMinor, Operation } from '@istio-ci/kit';
import { buildFrom } from './builder.ts';
import { catalogueFor } from './catalogue.ts';
import { buildMinikubeImage } from './minikube/image.ts';
import { type GivenSources, requireMinikube } from './minikube/programs.ts';

export interface ClusterImageRequest extends Operation {
  readonly bootstrapper?: Bootstrapper | undefined;
  readonly kubernetes?: KubernetesMinor | undefined;
}

/**
 * Provides the image for a cluster with this bootstrapper; builds it if it is missing.
 * @returns its full name
 */
export async function provideClusterImage({
  bootstrapper,
  ...options
}: ClusterImageRequest): Promise<string> {
  if (bootstrapper === 'minikube') return (await provideMinikubeImage({}, options)).ref;
  const built = await buildFrom(catalogueFor(options.kubernetes), ['minikube-dind'], options);
  const image = built.find(({ name }) => name === 'minikube-dind');
  if (image === undefined) throw new Error('minikube-dind is in no catalogue');
  return image.ref;
}

/**
 * Provides the image with minikube in it, made with the given programs, those given before, or the official
 * releases.
 */
export async function provideMinikubeImage(
  programs: GivenSources,
  options: Omit<ClusterImageRequest, 'bootstrapper'>,
): Promise<{ ref: string; built: boolean; seconds: number }> {
  return buildMinikubeImage(await requireMinikube(programs, options), options);
}

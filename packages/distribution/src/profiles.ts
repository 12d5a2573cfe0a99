import type { DistributionConfig } from './schema.ts';

/** What differs between the eras of Istio. It is data, so that no stage asks which era it is in. */
export interface Profile {
  /**
   * True if the workspace is GOPATH. Go ignores a go.mod there, so a distribution of modules cannot use it.
   */
  readonly gopath: boolean;
  /** Variables in the stages' environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** The directory in the workspace in which the stages run. */
  readonly directory: string;
  /** Where the tests look for the kubeconfig. */
  readonly kubeconfig: readonly string[];
  /** The file that pins Envoy, if the configuration does not name one. */
  readonly pin: { readonly dockerfile?: string; readonly deps?: string };
  /** Where the tests look for Envoy. */
  readonly install: readonly string[];
}

export const profiles: Readonly<Record<DistributionConfig['profile'], Profile>> = {
  modern: {
    gopath: false,
    // The stages already run in a builder; without this, Istio's Makefile (1.4 and later) starts a build
    // container of its own.
    variables: { BUILD_WITH_CONTAINER: '0' },
    directory: '.',
    kubeconfig: ['kubeconfig'],
    pin: { deps: 'istio.deps' },
    install: ['bin/envoy'],
  },
  // Istio 0.3 and 0.4 read pilot/platform/kube/config, 0.5 reads pilot/pkg/kube/config: both are written.
  '0.5': {
    gopath: true,
    variables: {},
    directory: 'src/istio.io/istio',
    kubeconfig: [
      'kubeconfig',
      'src/istio.io/istio/pilot/platform/kube/config',
      'src/istio.io/istio/pilot/pkg/kube/config',
    ],
    pin: { dockerfile: 'src/istio.io/istio/pilot/docker/Dockerfile.proxy_debug' },
    install: ['bin/envoy'],
  },
};

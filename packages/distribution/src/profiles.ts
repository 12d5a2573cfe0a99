import type { DistributionConfig } from './schema.ts';

/** What differs between the eras of Istio: data, so that no stage asks which era it is in (release.md finding 1). */
export interface Profile {
  /** Whether the workspace is GOPATH. Go ignores a go.mod there, so it is not for a distribution of modules. */
  readonly gopath: boolean;
  /** What the stages find in their environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where the stages run, in the workspace. */
  readonly directory: string;
  /** Where the tests look for the kubeconfig. */
  readonly kubeconfig: readonly string[];
  /** Where Envoy's pin is found, when the configuration does not say. */
  readonly pin: { readonly dockerfile?: string; readonly deps?: string };
  /** Where the tests look for Envoy. */
  readonly install: readonly string[];
}

export const profiles: Readonly<Record<DistributionConfig['profile'], Profile>> = {
  modern: {
    gopath: false,
    // The stages run in a builder already: without it Istio's Makefile starts a build container of its own (from 1.4 on).
    variables: { BUILD_WITH_CONTAINER: '0' },
    directory: '.',
    kubeconfig: ['kubeconfig'],
    pin: { deps: 'istio.deps' },
    install: ['bin/envoy'],
  },
  // 0.3 and 0.4 read pilot/platform/kube/config, 0.5 reads pilot/pkg/kube/config (release.md A1): both are written.
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

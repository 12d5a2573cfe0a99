import type { Distribution } from '@istio-ci/distribution';
import { type TreeState, treeState } from '@istio-ci/release-pusher';

/** The source tree of a distribution, without the files that the stages Kubeconfig and Envoy add to it. */
export async function sourceTree({ root, kubeconfig, envoy, ztunnel }: Distribution): Promise<TreeState> {
  return treeState(root, [...kubeconfig, ...envoy.install, ...(ztunnel?.install ?? [])]);
}

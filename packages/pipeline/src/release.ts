import type { Distribution } from '@istio-ci/distribution';
import type { Operation } from '@istio-ci/kit';
import {
  checkPushAccess,
  credentialSource,
  decideRelease,
  type ReleasePlan,
  type TreeState,
  treeState,
} from '@istio-ci/release-pusher'; // prettier-ignore
import type { ReleaseWishes } from './context.ts';
import { pipelineErrors } from './errors.ts';
import { gitTop } from './git-top.ts';
import { ownRegistry } from './registry.ts';

/** The source tree of a distribution; what the stages Kubeconfig and Envoy put into it does not count. */
export async function sourceTree({ root, kubeconfig, envoy }: Distribution): Promise<TreeState> {
  return treeState(root, [...kubeconfig, ...envoy.install]);
}

/** What a push of this distribution would do, decided from its checkout and the build's environment (GIT_COMMIT, TAG_NAME). */
export async function releasePlan(
  distribution: Distribution,
  wishes: ReleaseWishes & { buildTag?: string | undefined; tree?: TreeState | undefined },
): Promise<ReleasePlan> {
  const { GIT_COMMIT, TAG_NAME } = process.env;
  const { buildTag, tree, requireRelease, allowDirty } = wishes;
  const { root, push } = distribution;
  const grammar = {
    vendor: push.vendor,
    ...(push.tagPattern === undefined ? {} : { pattern: push.tagPattern }),
  };
  return decideRelease({
    root,
    grammar,
    tree: tree ?? (await sourceTree(distribution)),
    requireRelease,
    allowDirty,
    env: { GIT_COMMIT, TAG_NAME, BUILD_TAG: buildTag },
  });
}

export interface PushCheck extends ReleaseWishes, Operation {
  readonly distribution: Distribution;
  /** The names of the images that a push would push, where that can be told; by default one that all distributions have. */
  readonly imagesOf?: ((hub: string, tag: string) => Promise<readonly string[]>) | undefined;
  readonly buildTag?: string | undefined;
  readonly credentials?: string | undefined;
}

/**
 * Everything that can stop a push and is known before Build: a hub, the decision, credentials that open every hub. A
 * registry of the session's own gets its user only when it is pushed to, and is left out.
 * @throws {CiError} HUB_MISSING, the codes of the decision, CREDS_*, PUSH_DENIED, PUSH_UNAVAILABLE
 */
export async function checkPush(options: PushCheck): Promise<ReleasePlan> {
  const { distribution, credentials, imagesOf, signal, progress } = options;
  const { root, hubs, cluster } = distribution;
  if (hubs.length === 0) throw pipelineErrors.hubMissing(`${root}/istio-ci.yaml`);
  const plan = await releasePlan(distribution, options);
  const outside = hubs.filter((hub) => !ownRegistry(distribution, hub));
  if (outside.length > 0)
    await checkPushAccess({
      registry: { insecureHosts: cluster.insecureRegistries },
      credentials: credentialSource(process.env, credentials),
      hubs: outside,
      images: (await imagesOf?.(hubs[0] ?? '', plan.candidateTag)) ?? [],
      scan: [await gitTop(root)],
      signal,
      progress,
    });
  return plan;
}

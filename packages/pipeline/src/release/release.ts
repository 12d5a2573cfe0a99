import type { Distribution } from '@istio-ci/distribution';
import type { Operation } from '@istio-ci/kit';
import { credentialSource } from '@istio-ci/registry';
import {
  assertTreeUnchanged,
  checkPushAccess,
  decideRelease,
  type ReleasePlan,
  type TreeState,
} from '@istio-ci/release-pusher';
import type { ReleaseOptions } from '../context.ts';
import { pipelineErrors } from '../errors.ts';
import type { EnvoyState } from '../record/state.ts';
import { gitTop } from '../source/git-top.ts';
import { sourceTree } from '../source/tree.ts';
import { ownRegistry } from './registry.ts';

/**
 * Decides what a push of this distribution would do, from its checkout and the build's environment
 * (GIT_COMMIT, TAG_NAME).
 */
export async function releasePlan(
  distribution: Distribution,
  options: ReleaseOptions & { buildTag?: string | undefined; tree?: TreeState | undefined },
): Promise<ReleasePlan> {
  const { GIT_COMMIT, TAG_NAME } = process.env;
  const { buildTag, tree, requireRelease, allowDirty } = options;
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

/** What earlier stages saved for Push. */
export interface TestedState {
  /** The source as it was before Build. */
  readonly tree: TreeState | undefined;
  readonly envoy: Pick<EnvoyState, 'sha' | 'hashSource'> | undefined;
}

/**
 * The plan of a push after the tests. If the source was not recorded before Build, there is a candidate, with
 * a warning, but no release.
 * @throws {CiError} TREE_CHANGED, TREE_UNKNOWN, ENVOY_UNVERIFIED, the codes of the decision
 */
export async function testedPlan(
  distribution: Distribution,
  options: ReleaseOptions & Operation & { buildTag?: string | undefined },
  { tree, envoy }: TestedState,
): Promise<ReleasePlan> {
  if (tree) assertTreeUnchanged(tree, await sourceTree(distribution));
  const plan = await releasePlan(distribution, { ...options, tree });
  if (plan.release.kind === 'none') {
    if (!tree)
      options.progress?.(
        'warning: the stage check did not run: whether the source changed since is not known',
      );
    return plan;
  }
  if (!tree) throw pipelineErrors.treeUnknown(plan.release.tag);
  if (envoy?.hashSource === 'tofu') throw pipelineErrors.envoyUnverified(envoy.sha);
  return plan;
}

/** Checks that at least one hub is configured. @throws {CiError} HUB_MISSING */
export function requireHub({ root, hubs }: Pick<Distribution, 'root' | 'hubs'>): void {
  if (hubs.length === 0) throw pipelineErrors.hubMissing(`${root}/istio-ci.yaml`);
}

export interface PushCheck extends ReleaseOptions, Operation {
  readonly distribution: Distribution;
  /** The names of the images that a push would push, if known; by default one that every distribution has. */
  readonly imagesOf?: ((hub: string, tag: string) => Promise<readonly string[]>) | undefined;
  readonly buildTag?: string | undefined;
  readonly credentials?: string | undefined;
}

/**
 * Checks everything that can stop a push and is known before Build: a hub, the decision, credentials that
 * open every hub. A registry of the session is left out: it gets its user only when Push begins.
 * @throws {CiError} HUB_MISSING, the codes of the decision, CREDS_*, PUSH_DENIED, PUSH_UNAVAILABLE
 */
export async function checkPush(options: PushCheck): Promise<ReleasePlan> {
  const { distribution, credentials, imagesOf, signal, progress } = options;
  const { root, hubs, cluster } = distribution;
  requireHub(distribution);
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

import { openDockerSocket } from '@istio-ci/cluster-runner';
import { imageRef } from '@istio-ci/image-builder';
import { push as pushRelease, type TreeState } from '@istio-ci/release-pusher';
import { requireSession } from '../cluster/session.ts';
import { outPath, type RunContext } from '../context.ts';
import type { EnvoyState } from '../record/state.ts';
import { readState } from '../record/state.ts';
import { planMakePush, runMakePush } from '../release/make-push.ts';
import { pushedImages, pushFacts } from '../release/push-facts.ts';
import { pushCredentials, registryAccess, resumeCommand } from '../release/registry.ts';
import { requireHub, testedPlan } from '../release/release.ts';
import { gitTop } from '../source/git-top.ts';

/**
 * Push: pushes what was tested under the candidate tag. If HEAD carries a release tag, that tag is put on the
 * same digests.
 */
export async function push(context: RunContext) {
  const { distribution, place, buildTag, named, signal, progress, dryRun } = context;
  const { root, hubs, push: config } = distribution;
  requireHub(distribution);
  const session = await requireSession(context);
  const envoy = await readState<EnvoyState>(context, 'envoy');
  const tree = await readState<TreeState>(context, 'tree');
  const options = { ...context, buildTag: named ? buildTag : undefined };
  const plan = await testedPlan(distribution, options, { tree, envoy });
  // The session's own engine has what the distribution built.
  await using inner = await openDockerSocket(place, session);
  const receipt = await pushRelease({
    engine: { socketPath: inner.path },
    registry: registryAccess(distribution, session),
    credentials: await pushCredentials(context, session, hubs),
    hubs,
    plan,
    mode: config.mode,
    outDir: outPath(context),
    resumeCommand: resumeCommand(root, options),
    scan: [await gitTop(root)],
    facts: {
      builderImage: await imageRef('jenkins-build', distribution.cluster),
      ...(envoy ? { envoySha256: envoy.sha256 } : {}),
    },
    runMakePush: (...push) => runMakePush(context, ...push),
    planMakePush: (hub, tag) => planMakePush(context, hub, tag),
    dryRun,
    signal,
    progress,
  });
  return { facts: pushFacts(receipt, plan), images: pushedImages(receipt) };
}

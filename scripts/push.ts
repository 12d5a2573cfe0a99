import { openDockerSocket } from '@istio-ci/cluster-runner';
import { imageRef } from '@istio-ci/image-builder';
import { connectEngine } from '@istio-ci/kit';
import {
  type EnvoyState,
  gitTop,
  outPath,
  type Pipeline,
  planMakePush,
  pushCredentials,
  pushFacts,
  readState,
  registryAccess,
  requireHub,
  requireSession,
  resumeCommand,
  runMakePush,
  runStageScript,
  testedPlan,
} from '@istio-ci/pipeline';
import { push as pushRelease, type TreeState } from '@istio-ci/release-pusher';

/** Push: what was tested goes out under the candidate tag; if HEAD carries a release tag, that tag is put on the same digests. */
export async function push(pipeline: Pipeline) {
  const { distribution, engine, buildTag, named, signal, progress, dryRun } = pipeline;
  const { root, hubs, push: config } = distribution;
  requireHub(distribution);
  const session = await requireSession(pipeline);
  const envoy = await readState<EnvoyState>(pipeline, 'envoy');
  const tree = await readState<TreeState>(pipeline, 'tree');
  const wishes = { ...pipeline, buildTag: named ? buildTag : undefined };
  const plan = await testedPlan(distribution, wishes, { tree, envoy });
  // What the distribution builds is in the session's own engine.
  await using inner = await openDockerSocket(engine, session);
  const receipt = await pushRelease({
    engine: connectEngine({ socketPath: inner.path }),
    registry: registryAccess(distribution, session),
    credentials: await pushCredentials(pipeline, session, hubs),
    hubs,
    plan,
    mode: config.mode,
    outDir: outPath(pipeline),
    resumeCommand: resumeCommand(root, wishes),
    scan: [await gitTop(root)],
    facts: {
      builderImage: await imageRef('jenkins-build', distribution.cluster),
      ...(envoy ? { envoySha256: envoy.sha256 } : {}),
    },
    runMakePush: (...push) => runMakePush(pipeline, ...push),
    planMakePush: (hub, tag) => planMakePush(pipeline, hub, tag),
    dryRun,
    signal,
    progress,
  });
  return pushFacts(receipt, plan);
}

if (import.meta.main) await runStageScript('push', push);

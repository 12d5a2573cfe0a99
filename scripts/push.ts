import { openDockerSocket } from '@istio-ci/cluster-runner';
import { imageRef } from '@istio-ci/image-builder';
import { connectEngine } from '@istio-ci/kit';
import {
  type EnvoyState,
  gitTop,
  outPath,
  type Pipeline,
  pipelineErrors,
  planMakePush,
  pushCredentials,
  pushFacts,
  readState,
  registryAccess,
  releasePlan,
  requireSession,
  resumeCommand,
  runMakePush,
  runStageScript,
  sourceTree,
} from '@istio-ci/pipeline'; // prettier-ignore
import { assertTreeUnchanged, push as pushRelease, type TreeState } from '@istio-ci/release-pusher';

/** Push: what was tested goes out under the candidate tag; if HEAD carries a release tag, that tag is put on the same digests. */
export async function push(pipeline: Pipeline) {
  const { distribution, engine, buildTag, named, credentials, signal, progress, dryRun } = pipeline;
  const { root, hubs, push: config } = distribution;
  if (hubs.length === 0) throw pipelineErrors.hubMissing(`${root}/istio-ci.yaml`);
  const session = await requireSession(pipeline);
  const tree = await readState<TreeState>(pipeline, 'tree');
  if (tree) assertTreeUnchanged(tree, await sourceTree(distribution));
  const plan = await releasePlan(distribution, { ...pipeline, buildTag: named ? buildTag : undefined, tree });
  const envoy = await readState<EnvoyState>(pipeline, 'envoy');
  if (plan.release.kind === 'tag' && envoy?.hashSource === 'tofu')
    throw pipelineErrors.envoyUnverified(envoy.sha);
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
    resumeCommand: resumeCommand(root, { credentials, buildTag: named ? buildTag : undefined }),
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

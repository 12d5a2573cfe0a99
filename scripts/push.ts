import { imageRef } from '@istio-ci/image-builder';
import {
  type EnvoyState,
  outPath,
  type Pipeline,
  pipelineErrors,
  pushCredentials,
  readState,
  registryAccess,
  releasePlan,
  requireSession,
  runStageCommand,
  runStageScript,
  sessionEngine,
} from '@istio-ci/pipeline'; // prettier-ignore
import {
  assertTreeUnchanged,
  push as pushRelease,
  type TreeState,
  treeState,
} from '@istio-ci/release-pusher';

/** Push: what was tested goes out under the candidate tag; if HEAD carries a release tag, that tag is put on the same digests. */
export async function push(pipeline: Pipeline) {
  const { distribution, buildTag, named, signal, progress, dryRun } = pipeline;
  const { root, hubs, push: config } = distribution;
  if (hubs.length === 0) throw pipelineErrors.hubMissing(`${root}/istio-ci.yaml`);
  const session = await requireSession(pipeline);
  const tree = await readState<TreeState>(pipeline, 'tree');
  if (tree) assertTreeUnchanged(tree, await treeState(root));
  const plan = await releasePlan(distribution, { buildTag: named ? buildTag : undefined, tree });
  const envoy = await readState<EnvoyState>(pipeline, 'envoy');
  if (plan.release.kind === 'tag' && envoy?.hashSource === 'tofu')
    throw pipelineErrors.envoyUnverified(envoy.sha);
  const receipt = await pushRelease({
    engine: sessionEngine(session),
    registry: registryAccess(pipeline, session),
    credentials: await pushCredentials(pipeline, session),
    hubs,
    plan,
    mode: config.mode,
    outDir: outPath(pipeline),
    scan: [root],
    facts: { builderImage: await imageRef('jenkins-build'), ...(envoy ? { envoySha256: envoy.sha256 } : {}) },
    runMakePush: async (HUB, TAG, dockerConfig) => {
      const make = distribution.stages.push.startsWith('make ');
      await runStageCommand(pipeline, 'push', {
        env: { HUB, TAG, DOCKER_CONFIG: dockerConfig },
        readOnly: [dockerConfig],
        ...(make ? { suffix: ` HUB=${HUB} TAG=${TAG}` } : {}),
      });
    },
    dryRun,
    signal,
    progress,
  });
  const pushed = receipt.images.flatMap(({ digest, locations }) =>
    locations.flatMap(({ repository, tags }) => tags.map(({ tag }) => `${repository}:${tag}@${digest}`)),
  );
  const { release } = plan;
  return {
    pushed,
    ...(release.kind === 'none' ? { 'no release': release.message } : { release: release.tag }),
  };
}

if (import.meta.main) await runStageScript('push', push);

import {
  checkPush,
  type Pipeline,
  plannedImages,
  requireTargets,
  runStageCommand,
  runStageScript,
  saveState,
  sourceTree,
} from '@istio-ci/pipeline';
import { sweepCredentials } from '@istio-ci/release-pusher';

/**
 * Check: credentials that a killed run left behind go, the source is remembered as it is, and what would stop a push an
 * hour later is looked for; then the distribution's own check.
 */
export async function check(pipeline: Pipeline) {
  const { distribution, buildTag, named, pushes } = pipeline;
  await sweepCredentials(pipeline);
  await saveState(pipeline, 'tree', await sourceTree(distribution));
  await requireTargets(pipeline);
  if (pushes)
    await checkPush({
      ...pipeline,
      buildTag: named ? buildTag : undefined,
      imagesOf: (hub, tag) => plannedImages(pipeline, hub, tag),
    });
  await runStageCommand(pipeline, 'check');
  return undefined;
}

if (import.meta.main) await runStageScript('check', check);

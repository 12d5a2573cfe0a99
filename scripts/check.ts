import {
  type Pipeline,
  requireTargets,
  runStageCommand,
  runStageScript,
  saveState,
} from '@istio-ci/pipeline';
import { sweepCredentials, treeState } from '@istio-ci/release-pusher';

/** Check: credentials that a killed run left behind go, the source is remembered as it is; then the distribution's own check. */
export async function check(pipeline: Pipeline) {
  await sweepCredentials();
  await saveState(pipeline, 'tree', await treeState(pipeline.distribution.root));
  await requireTargets(pipeline);
  await runStageCommand(pipeline, 'check');
  return undefined;
}

if (import.meta.main) await runStageScript('check', check);

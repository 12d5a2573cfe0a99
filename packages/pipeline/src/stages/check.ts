import { sweepCredentials } from '@istio-ci/release-pusher';
import { requireTargets } from '../builder/make-targets.ts';
import { runStageCommand } from '../builder/stage-command.ts';
import type { RunContext } from '../context.ts';
import { saveState } from '../record/state.ts';
import { plannedImages } from '../release/make-push.ts';
import { checkPush } from '../release/release.ts';
import { sourceTree } from '../source/tree.ts';

/**
 * Check: removes credentials that a killed run left behind, records the state of the source, and checks now
 * what would stop a push an hour later. Then runs the distribution's own check.
 */
export async function check(context: RunContext) {
  const { distribution, buildTag, named, pushes } = context;
  await sweepCredentials(context);
  await saveState(context, 'tree', await sourceTree(distribution));
  await requireTargets(context);
  if (pushes)
    await checkPush({
      ...context,
      buildTag: named ? buildTag : undefined,
      imagesOf: (hub, tag) => plannedImages(context, hub, tag),
    });
  await runStageCommand(context, 'check');
  return undefined;
}

import { runStageCommand } from '../builder/stage-command.ts';
import type { RunContext } from '../context.ts';
import { envoy } from './envoy.ts';
import { isIstioSource } from './pinned-binary.ts';

/**
 * Depend: the distribution's own, `make depend` unless it says otherwise. In Istio's own sources it would fetch Envoy, and take
 * whatever comes: there, ours is in place before.
 */
export async function depend(context: RunContext) {
  const placed = isIstioSource(context.distribution) ? await envoy(context) : undefined;
  await runStageCommand(context, 'depend');
  return placed;
}

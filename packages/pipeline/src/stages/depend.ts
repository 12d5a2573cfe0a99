import { runStageCommand } from '../builder/stage-command.ts';
import type { RunContext } from '../context.ts';
import { envoy, isIstioSource } from './envoy.ts';

/**
 * Depend: the distribution's own, `make depend` by default. In Istio's own sources it would fetch whatever
 * Envoy it finds, so the pinned one is put in place first.
 */
export async function depend(context: RunContext) {
  const placed = isIstioSource(context.distribution) ? await envoy(context) : undefined;
  await runStageCommand(context, 'depend');
  return placed;
}

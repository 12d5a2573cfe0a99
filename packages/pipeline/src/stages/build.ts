import { runStageCommand } from '../builder/stage-command.ts';
import type { RunContext } from '../context.ts';

/** Build: the distribution's own, `make build` by default. */
export async function build(context: RunContext) {
  await runStageCommand(context, 'build');
  return undefined;
}

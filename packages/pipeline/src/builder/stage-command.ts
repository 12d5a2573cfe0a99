import type { StageName } from '@istio-ci/distribution';
import type { Redactor } from '@istio-ci/release-pusher';
import type { RunContext } from '../context.ts';
import { pipelineErrors } from '../errors.ts';
import type { EnvoyState } from '../record/state.ts';
import { readState } from '../record/state.ts';
import { type BuilderResult, runInBuilder } from './builder.ts';
import { linesThatMatter } from './lines-that-matter.ts';

/**
 * Runs a stage's command in the builder and writes its output to `out/logs/<stage>.log`. Once Envoy is in
 * place, Istio's own variables name it.
 * @throws {CiError} STAGE_FAILED with the command's exit code and the lines that matter
 */
export async function runStageCommand(
  context: RunContext,
  stage: StageName,
  options: {
    /** Replaces the distribution's command for this stage. */
    readonly command?: string;
    readonly env?: Record<string, string>;
    readonly readOnly?: string[];
    readonly redactor?: Redactor;
  } = {},
): Promise<BuilderResult> {
  const command = options.command ?? context.distribution.stages[stage];
  const envoy = await readState<EnvoyState>(context, 'envoy');
  const env = { ...envoy?.environment, ...options.env };
  const { readOnly = [], redactor } = options;
  const result = await runInBuilder(context, { command, log: stage, env, readOnly, redactor });
  if (result.exitCode !== 0) {
    const said = linesThatMatter(result.tail);
    throw pipelineErrors.stageFailed(stage, command, result.exitCode, result.log, said);
  }
  return result;
}

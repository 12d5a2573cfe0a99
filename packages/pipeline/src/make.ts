import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type StageName, stageNames } from '@istio-ci/distribution';
import type { Redactor } from '@istio-ci/release-pusher';
import { type BuilderResult, runInBuilder } from './builder.ts';
import type { Pipeline } from './context.ts';
import { pipelineErrors } from './errors.ts';
import { linesThatMatter } from './lines-that-matter.ts';
import type { EnvoyState } from './record.ts';
import { readState } from './state.ts';

/**
 * Runs a stage's command in the builder, and keeps its output in `out/logs/<stage>.log`. Once Envoy is there, Istio's own
 * variables name it.
 * @throws {CiError} STAGE_FAILED with the command's exit code and the lines that matter
 */
export async function runStageCommand(
  pipeline: Pipeline,
  stage: StageName,
  options: {
    /** Instead of the stage's command as the distribution has it. */
    readonly command?: string;
    readonly env?: Record<string, string>;
    readonly readOnly?: string[];
    readonly redactor?: Redactor;
  } = {},
): Promise<BuilderResult> {
  const command = options.command ?? pipeline.distribution.stages[stage];
  const envoy = await readState<EnvoyState>(pipeline, 'envoy');
  const env = { ...envoy?.environment, ...options.env };
  const { readOnly = [], redactor } = options;
  const result = await runInBuilder(pipeline, { command, log: stage, env, readOnly, redactor });
  if (result.exitCode !== 0) {
    const said = linesThatMatter(result.tail);
    throw pipelineErrors.stageFailed(stage, command, result.exitCode, result.log, said);
  }
  return result;
}

/** The make targets that the stages name: of commands that are, or begin with (after variables), a plain `make TARGET`. Pure. */
export function makeTargets(stages: Readonly<Record<StageName, string>>): string[] {
  return stageNames.flatMap(
    (name) => /^(?:\w+=\S* )*make ([A-Za-z0-9_.-]+)(?: && .*)?$/.exec(stages[name])?.[1] ?? [],
  );
}

/** The targets that `make -n` says it cannot make, in its own words. Pure. */
export function missingTargets(output: string): string[] {
  return [...output.matchAll(/No rule to make target ['`]([^']+)'\.\s+Stop/g)].map((match) => match[1] ?? '');
}

/**
 * Asks make, before anything is built, whether it knows every target that the stages name.
 * @throws {CiError} MAKEFILE_MISSING, TARGET_MISSING
 */
export async function requireTargets(pipeline: Pipeline): Promise<void> {
  const { root, directory, stages } = pipeline.distribution;
  const targets = makeTargets(stages);
  if (targets.length === 0) return;
  const makefile = ['GNUmakefile', 'makefile', 'Makefile'].find((name) =>
    existsSync(join(root, directory, name)),
  );
  if (makefile === undefined) throw pipelineErrors.makefileMissing(join(directory, 'Makefile'));
  const missing: string[] = [];
  const probe = targets.map((target) => `make --dry-run ${target} 2>&1 >/dev/null || true`).join('\n');
  const result = await runInBuilder(pipeline, { command: probe, log: 'targets', quiet: true });
  missing.push(...missingTargets(result.tail.join('\n')).filter((target) => targets.includes(target)));
  if (missing.length > 0) throw pipelineErrors.targetMissing(missing, join(directory, makefile));
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type StageName, stageNames } from '@istio-ci/distribution';
import type { RunContext } from '../context.ts';
import { pipelineErrors } from '../errors.ts';
import { runInBuilder } from './builder.ts';

/**
 * The make targets that the stages name: of commands that are a plain `make TARGET`, or begin with one after
 * variables. Pure.
 */
export function makeTargets(stages: Readonly<Record<StageName, string>>): string[] {
  return stageNames.flatMap(
    (name) => /^(?:\w+=\S* )*make ([A-Za-z0-9_.-]+)(?: && .*)?$/.exec(stages[name])?.[1] ?? [],
  );
}

/** The targets that `make -n` reports it cannot make. Pure. */
export function missingTargets(output: string): string[] {
  return [...output.matchAll(/No rule to make target ['`]([^']+)'\.\s+Stop/g)].map((match) => match[1] ?? '');
}

/**
 * Asks make, before anything is built, whether it knows every target that the stages name.
 * @throws {CiError} MAKEFILE_MISSING, TARGET_MISSING
 */
export async function requireTargets(context: RunContext): Promise<void> {
  const { root, directory, stages } = context.distribution;
  const targets = makeTargets(stages);
  if (targets.length === 0) return;
  const makefile = ['GNUmakefile', 'makefile', 'Makefile'].find((name) =>
    existsSync(join(root, directory, name)),
  );
  if (makefile === undefined) throw pipelineErrors.makefileMissing(join(directory, 'Makefile'));
  const missing: string[] = [];
  const probe = targets.map((target) => `make --dry-run ${target} 2>&1 >/dev/null || true`).join('\n');
  const result = await runInBuilder(context, { command: probe, log: 'targets', quiet: true });
  missing.push(...missingTargets(result.tail.join('\n')).filter((target) => targets.includes(target)));
  if (missing.length > 0) throw pipelineErrors.targetMissing(missing, join(directory, makefile));
}

import { resolve } from 'node:path';
import type { SettingFlags } from '@istio-ci/distribution';
import { type ProgramContext, repositoryRoot, runProgram } from '@istio-ci/kit';
import { createPipeline, type Stage } from './context.ts';
import { turboAbove } from './owner.ts';
import type { Recorded } from './record.ts';
import { recordStage } from './stage-record.ts';
import { plainView, type View } from './view.ts';
import { wishesOf } from './wishes.ts';

/**
 * The whole of a stage script but the stage: reads the environment, runs the stage, prints plain lines, exits as
 * design.md section 5 says. `ISTIO_CI_DISTRIBUTION` names the distribution (by default the bundled one); all else is in `wishesOf`.
 */
export async function runStageScript(name: string, stage: Stage): Promise<void> {
  await runProgram(async (context) => {
    const { error } = await runStage(name, stage, context);
    if (error !== undefined) throw error;
    return undefined;
  });
}

export interface StageOptions {
  readonly directory?: string | undefined;
  readonly flags?: SettingFlags;
  readonly view?: View;
}

/**
 * One stage in this process; for the scripts and for `istio-ci stage`, whose options win over the environment. What ended the
 * stage is in the result, so that its record is told first.
 * @throws what keeps the stage from starting
 */
export async function runStage(
  name: string,
  stage: Stage,
  { signal }: Pick<ProgramContext, 'signal'>,
  options: StageOptions = {},
): Promise<Recorded> {
  const view = options.view ?? plainView((line) => process.stdout.write(`${line}\n`), { facts: true });
  try {
    return await runInView(name, stage, signal, options, view);
  } finally {
    await view.close();
  }
}

async function runInView(
  name: string,
  stage: Stage,
  signal: AbortSignal,
  options: StageOptions,
  view: View,
): Promise<Recorded> {
  const wishes = wishesOf(process.env);
  const { ISTIO_CI_DISTRIBUTION } = process.env;
  const pipeline = await createPipeline({
    directory: resolve(
      options.directory || ISTIO_CI_DISTRIBUTION || resolve(repositoryRoot, 'examples/istio'),
    ),
    flags: options.flags,
    ...wishes,
    // Stages are processes of their own: that Push will follow shows in the credentials alone.
    pushes: wishes.credentials !== undefined,
    owner: turboAbove(process.ppid),
    signal,
    progress: view.progress,
    output: view.output,
  });
  return recordStage(pipeline, name, stage, view);
}

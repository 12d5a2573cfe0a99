import { resolve } from 'node:path';
import type { SettingFlags } from '@istio-ci/distribution';
import { type ProgramContext, repositoryRoot, runProgram } from '@istio-ci/kit';
import type { Stage } from '../context.ts';
import { createRunContext } from '../context.ts';
import { optionsFromEnvironment } from '../options.ts';
import { turboAbove } from '../owner.ts';
import type { Recorded } from '../record/record.ts';
import { recordStage } from '../record/stage-record.ts';
import { plainView, type View } from '../view.ts';
import { type ChainStage, stageNamed } from './chain.ts';

/**
 * A stage as a program of its own, for turbo: reads the environment, runs the stage, prints plain lines and
 * exits with the error's exit code. `ISTIO_CI_DISTRIBUTION` names the distribution (by default the bundled
 * one); `optionsFromEnvironment` reads everything else.
 */
export async function runStageScript(name: ChainStage): Promise<void> {
  await runProgram(async (program) => {
    const { error } = await runStage(name, stageNamed(name), program);
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
 * Runs one stage in this process, for the scripts and for `istio-ci stage`, whose options override the
 * environment. The error of the stage is part of the result, so that the caller can show the record first.
 * @throws {CiError} if the stage cannot start
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
  { directory, flags }: StageOptions,
  view: View,
): Promise<Recorded> {
  const { ISTIO_CI_DISTRIBUTION } = process.env;
  const options = optionsFromEnvironment(process.env);
  const context = await createRunContext({
    directory: resolve(directory || ISTIO_CI_DISTRIBUTION || resolve(repositoryRoot, 'examples/istio')),
    flags,
    ...options,
    // Each stage is a process of its own: only the credentials show that Push will follow.
    pushes: options.credentials !== undefined,
    owner: turboAbove(process.ppid),
    signal,
    progress: view.progress,
    output: view.output,
  });
  return recordStage(context, name, stage, view);
}

import { resolve } from 'node:path';
import type { SettingFlags } from '@istio-ci/distribution';
import { type ProgramContext, repositoryRoot, runProgram } from '@istio-ci/kit';
import type { Run } from '@istio-ci/report';
import { runChain, type StageResult } from './chain.ts';
import { createPipeline, type Pipeline, type Stage } from './context.ts';
import { turboAbove } from './owner.ts';
import { runRecord, saveRecord } from './record.ts';
import { readState, saveState } from './state.ts';
import { plainView, type View } from './view.ts';

/**
 * The whole of a stage script but the stage: reads the environment, runs the stage, prints plain lines, exits as
 * design.md section 5 says. `BUILD_TAG` names the session, `ISTIO_CI_DISTRIBUTION` the distribution (by default the bundled one),
 * `ISTIO_CI_CREDENTIALS` the credentials for Push; ISTIO_CI_DRY_RUN, ISTIO_CI_REQUIRE_RELEASE and ISTIO_CI_ALLOW_DIRTY are its
 * options, each `true` or nothing.
 */
export async function runStageScript(name: string, stage: Stage): Promise<void> {
  await runProgram(async (context) => {
    await runStage(name, stage, context);
    return undefined;
  });
}

export interface StageOptions {
  readonly directory?: string | undefined;
  readonly flags?: SettingFlags;
  readonly view?: View;
}

/** One stage in this process; for the scripts and for `istio-ci stage`, whose options win over the environment. */
export async function runStage(
  name: string,
  stage: Stage,
  { signal }: Pick<ProgramContext, 'signal'>,
  options: StageOptions = {},
): Promise<Run> {
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
): Promise<Run> {
  const { ISTIO_CI_DISTRIBUTION, BUILD_TAG, ISTIO_CI_CREDENTIALS, ISTIO_CI_DRY_RUN } = process.env;
  const pipeline = await createPipeline({
    directory: resolve(
      options.directory ?? ISTIO_CI_DISTRIBUTION ?? resolve(repositoryRoot, 'examples/istio'),
    ),
    flags: options.flags,
    buildTag: BUILD_TAG,
    credentials: ISTIO_CI_CREDENTIALS,
    dryRun: ISTIO_CI_DRY_RUN === 'true',
    requireRelease: process.env.ISTIO_CI_REQUIRE_RELEASE === 'true',
    allowDirty: process.env.ISTIO_CI_ALLOW_DIRTY === 'true',
    // Stages are processes of their own: that Push will follow shows in the credentials alone.
    pushes: Boolean(ISTIO_CI_CREDENTIALS),
    owner: turboAbove(process.ppid),
    signal,
    progress: view.progress,
    output: view.output,
  });
  const { run, error } = await recordStage(pipeline, name, stage, view);
  if (error !== undefined) throw error;
  return run;
}

/** What the stages of one run have come to so far, each in a process of its own. */
interface StagesState {
  readonly startedAt: string;
  readonly results: readonly StageResult[];
}

/** Runs the stage and writes the run's record anew, with this stage as its last. */
async function recordStage(pipeline: Pipeline, name: string, stage: Stage, view: View) {
  const now = new Date();
  const { results, error } = await runChain([[name, stage]], pipeline, view);
  // Read only now: a run's first stage clears what an older run left.
  const earlier = await readState<StagesState>(pipeline, 'stages');
  const startedAt = earlier ? new Date(earlier.startedAt) : now;
  const startSeconds = (now.getTime() - startedAt.getTime()) / 1000;
  const all = [...(earlier?.results ?? []), ...results.map((result) => ({ ...result, startSeconds }))];
  await saveState(pipeline, 'stages', {
    startedAt: startedAt.toISOString(),
    results: all,
  } satisfies StagesState);
  const run = await runRecord(pipeline, all, startedAt);
  await saveRecord(pipeline, run);
  return { run, error };
}

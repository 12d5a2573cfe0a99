import { resolve } from 'node:path';
import { type ProgramContext, repositoryRoot, runProgram } from '@istio-ci/kit';
import { runChain, type StageResult } from './chain.ts';
import { createPipeline, type Pipeline, type Stage } from './context.ts';
import { turboAbove } from './owner.ts';
import { runRecord, saveRecord } from './record.ts';
import { readState, saveState } from './state.ts';

/**
 * The whole of a stage script but the stage: reads the environment, runs the stage, prints plain lines, exits as
 * design.md section 5 says. `BUILD_TAG` names the session, `ISTIO_CI_DISTRIBUTION` the distribution (by default the bundled one),
 * `ISTIO_CI_CREDENTIALS` the credentials for Push.
 */
export async function runStageScript(name: string, stage: Stage): Promise<void> {
  await runProgram((context) => runStage(name, stage, context));
}

/** One stage in this process; for the scripts and for `istio-ci stage`. */
export async function runStage(name: string, stage: Stage, { signal }: ProgramContext): Promise<undefined> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const pipeline = await createPipeline({
    directory: resolve(process.env.ISTIO_CI_DISTRIBUTION ?? resolve(repositoryRoot, 'examples/istio')),
    buildTag: process.env.BUILD_TAG,
    credentials: process.env.ISTIO_CI_CREDENTIALS,
    dryRun: process.env.ISTIO_CI_DRY_RUN === 'true',
    owner: turboAbove(process.ppid),
    signal,
    progress: plainProgress(say),
    output: say,
  });
  const { result, error } = await recordStage(pipeline, name, stage);
  for (const [fact, value] of Object.entries(result?.facts ?? {})) {
    if (value !== undefined) say(`${name}: ${fact}: ${Array.isArray(value) ? value.join(', ') : value}`);
  }
  if (error !== undefined) throw error;
  return undefined;
}

/** What the stages of one run have come to so far, each in a process of its own. */
interface StagesState {
  readonly startedAt: string;
  readonly results: readonly StageResult[];
}

/** Runs the stage and writes the run's record anew, with this stage as its last. */
async function recordStage(pipeline: Pipeline, name: string, stage: Stage) {
  const now = new Date();
  const { results, error } = await runChain([[name, stage]], pipeline, {
    started: () => {},
    ended: () => {},
  });
  // Read only now: a run's first stage clears what an older run left.
  const earlier = await readState<StagesState>(pipeline, 'stages');
  const startedAt = earlier ? new Date(earlier.startedAt) : now;
  const startSeconds = (now.getTime() - startedAt.getTime()) / 1000;
  const all = [...(earlier?.results ?? []), ...results.map((result) => ({ ...result, startSeconds }))];
  await saveState(pipeline, 'stages', {
    startedAt: startedAt.toISOString(),
    results: all,
  } satisfies StagesState);
  await saveRecord(pipeline, await runRecord(pipeline, all, startedAt));
  return { result: results[0], error };
}

/** Progress for logs: a message that only counts seconds is said again no sooner than after `everyMs`. */
export function plainProgress(say: (line: string) => void, everyMs = 15_000): (message: string) => void {
  let last = '';
  let lastAt = 0;
  return (message) => {
    const core = message.replaceAll(/\d+/g, '#');
    const now = performance.now();
    if (core === last && now - lastAt < everyMs) return;
    last = core;
    lastAt = now;
    say(message);
  };
}

import { resolve } from 'node:path';
import { type ProgramContext, repositoryRoot, runProgram } from '@istio-ci/kit';
import { createPipeline, type Stage } from './context.ts';
import { turboAbove } from './owner.ts';

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
  const facts = await stage(pipeline);
  for (const [fact, value] of Object.entries(facts ?? {})) {
    if (value !== undefined) say(`${name}: ${fact}: ${Array.isArray(value) ? value.join(', ') : value}`);
  }
  return undefined;
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

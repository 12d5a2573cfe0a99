import { mkdir, rm } from 'node:fs/promises';
import { runStageCommand } from '../builder/stage-command.ts';
import { outPath, type RunContext } from '../context.ts';
import { pipelineErrors } from '../errors.ts';
import { junitSuites } from '../record/junit-suites.ts';

/**
 * Test: the distribution's own tests on the cluster. Failures in their JUnit count, whatever the exit code.
 */
export async function test(context: RunContext) {
  const junit = outPath(context, 'junit');
  await rm(junit, { recursive: true, force: true });
  await mkdir(junit, { recursive: true });
  await runStageCommand(context, 'test');
  const cases = (await junitSuites(junit)).flatMap((suite) => suite.cases);
  const failed = cases.filter(({ status }) => status === 'failed' || status === 'error');
  if (failed.length > 0) throw pipelineErrors.testsFailed(failed, junit);
  const skipped = cases.filter(({ status }) => status === 'skipped').length;
  return { facts: { tests: cases.length, skipped } };
}

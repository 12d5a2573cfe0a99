import { mkdir, rm } from 'node:fs/promises';
import {
  junitSuites,
  outPath,
  type Pipeline,
  pipelineErrors,
  runStageCommand,
  runStageScript,
} from '@istio-ci/pipeline';

/** Test: the distribution's own tests on the cluster. Failures in their JUnit count, whatever the command exits with. */
export async function test(pipeline: Pipeline) {
  const junit = outPath(pipeline, 'junit');
  await rm(junit, { recursive: true, force: true });
  await mkdir(junit, { recursive: true });
  await runStageCommand(pipeline, 'test');
  const cases = (await junitSuites(junit)).flatMap((suite) => suite.cases);
  const failed = cases.filter(({ status }) => status === 'failed' || status === 'error');
  if (failed.length > 0) throw pipelineErrors.testsFailed(failed, junit);
  return { tests: cases.length, skipped: cases.filter(({ status }) => status === 'skipped').length };
}

if (import.meta.main) await runStageScript('test', test);

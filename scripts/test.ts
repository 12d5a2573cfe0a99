import { mkdir, readdir, rm } from 'node:fs/promises';
import { outPath, type Pipeline, runStageCommand, runStageScript } from '@istio-ci/pipeline';

/** Test: the distribution's own tests on the cluster; what they write to out/junit is theirs alone, never an older run's. */
export async function test(pipeline: Pipeline) {
  const junit = outPath(pipeline, 'junit');
  await rm(junit, { recursive: true, force: true });
  await mkdir(junit, { recursive: true });
  await runStageCommand(pipeline, 'test');
  return { junit: (await readdir(junit)).length };
}

if (import.meta.main) await runStageScript('test', test);

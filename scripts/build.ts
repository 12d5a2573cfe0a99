import { type Pipeline, runStageCommand, runStageScript } from '@istio-ci/pipeline';

/** Build: the distribution's own, `make build` unless it says otherwise. */
export async function build(pipeline: Pipeline) {
  await runStageCommand(pipeline, 'build');
  return undefined;
}

if (import.meta.main) await runStageScript('build', build);

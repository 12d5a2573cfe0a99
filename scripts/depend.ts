import { type Pipeline, runStageCommand, runStageScript } from '@istio-ci/pipeline';

/** Depend: the distribution's own, `make depend` unless it says otherwise. */
export async function depend(pipeline: Pipeline) {
  await runStageCommand(pipeline, 'depend');
  return undefined;
}

if (import.meta.main) await runStageScript('depend', depend);

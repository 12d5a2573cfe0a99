import { isIstioSource, type Pipeline, runStageCommand, runStageScript } from '@istio-ci/pipeline';
import { envoy } from './envoy.ts';

/**
 * Depend: the distribution's own, `make depend` unless it says otherwise. In Istio's own sources it would fetch Envoy, and take
 * whatever comes: there, ours is in place before.
 */
export async function depend(pipeline: Pipeline) {
  const facts = isIstioSource(pipeline.distribution) ? await envoy(pipeline) : undefined;
  await runStageCommand(pipeline, 'depend');
  return facts;
}

if (import.meta.main) await runStageScript('depend', depend);

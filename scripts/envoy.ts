import { istioEnvironment, pinOrigin } from '@istio-ci/envoy-fetcher';
import { type EnvoyState, type Pipeline, placePinned, runStageScript, saveState } from '@istio-ci/pipeline';

/** Envoy: the one that the distribution pins, fetched, checked and put where its tests look for it; and ztunnel, if asked for. */
export async function envoy(pipeline: Pipeline) {
  const { envoy: config, ztunnel } = pipeline.distribution;
  const placed = await placePinned(pipeline, 'envoy', config);
  const second = ztunnel && (await placePinned(pipeline, 'ztunnel', ztunnel));
  const { pin, sha256, url } = placed.fetched;
  const unverified = [placed, second].find((one) => one?.fetched.hashSource === 'tofu');
  const state: EnvoyState = {
    sha: pin.sha,
    sha256,
    url,
    hashSource: unverified?.fetched.hashSource ?? placed.fetched.hashSource,
    environment: { ...istioEnvironment(placed.installed), ...(second && istioEnvironment(second.installed)) },
  };
  await saveState(pipeline, 'envoy', state);
  return {
    pin: `${pin.sha} (${pinOrigin(pin)})`,
    sha256: placed.installed.sha256,
    ...(second ? { ztunnel: `${second.fetched.pin.sha} (${pinOrigin(second.fetched.pin)})` } : {}),
  };
}

if (import.meta.main) await runStageScript('envoy', envoy);

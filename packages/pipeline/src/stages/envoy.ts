import { istioEnvironment, pinOrigin } from '@istio-ci/envoy-fetcher';
import type { RunContext } from '../context.ts';
import type { EnvoyState } from '../record/state.ts';
import { saveState } from '../record/state.ts';
import { placePinned } from './pinned-binary.ts';

/**
 * Envoy: fetches and verifies the Envoy that the distribution pins, and ztunnel on request, and puts them
 * where the tests look for them.
 */
export async function envoy(context: RunContext) {
  const { envoy: config, ztunnel } = context.distribution;
  const placed = await placePinned(context, 'envoy', config);
  const second = ztunnel && (await placePinned(context, 'ztunnel', ztunnel));
  const { pin, sha256, url } = placed.fetched;
  const unverified = [placed, second].find((one) => one?.fetched.hashSource === 'tofu');
  const state: EnvoyState = {
    sha: pin.sha,
    sha256,
    url,
    hashSource: unverified?.fetched.hashSource ?? placed.fetched.hashSource,
    environment: { ...istioEnvironment(placed.installed), ...(second && istioEnvironment(second.installed)) },
  };
  await saveState(context, 'envoy', state);
  return {
    facts: {
      pin: `${pin.sha} (${pinOrigin(pin)})`,
      sha256: placed.installed.sha256,
      ...(second ? { ztunnel: `${second.fetched.pin.sha} (${pinOrigin(second.fetched.pin)})` } : {}),
    },
  };
}

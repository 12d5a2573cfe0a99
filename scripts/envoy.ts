import { join } from 'node:path';
import { hostUrl } from '@istio-ci/cluster-runner';
import { fetchEnvoy, installEnvoy, pinOrigin, readLock, resolvePin } from '@istio-ci/envoy-fetcher';
import { hostCaBundle } from '@istio-ci/image-builder';
import {
  type EnvoyState,
  type Pipeline,
  requireSession,
  runStageScript,
  saveState,
} from '@istio-ci/pipeline';

/** Envoy: the one that the distribution pins, fetched, checked and put where its tests look for it. */
export async function envoy(pipeline: Pipeline) {
  const { distribution, signal, progress } = pipeline;
  const { root, envoy: config } = distribution;
  const session = await requireSession(pipeline);
  const { dockerfile, workspace, deps, sha } = config;
  const pin = await resolvePin({ root, sources: { dockerfile, workspace, deps, sha } });
  const fetched = await fetchEnvoy({
    pin,
    ...(config.mirrors.length === 0 ? {} : { mirrors: config.mirrors }),
    lock: await readLock(join(root, config.lock)),
    locked: config.locked,
    extraCa: await hostCaBundle(),
    resolveUrl: (url) => hostUrl(session, url),
    signal,
    progress,
  });
  const { sha256 } = await installEnvoy(fetched, {
    targets: config.install.map((place) => join(root, place)),
    signal,
  });
  const state: EnvoyState = { sha: pin.sha, sha256: fetched.sha256, url: fetched.url };
  await saveState(pipeline, 'envoy', state);
  return { pin: `${pin.sha} (${pinOrigin(pin)})`, sha256 };
}

if (import.meta.main) await runStageScript('envoy', envoy);

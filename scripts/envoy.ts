import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hostUrl } from '@istio-ci/cluster-runner';
import {
  type FetchedEnvoy,
  fetchEnvoy,
  installEnvoy,
  istioEnvironment,
  istioPlaces,
  pinOrigin,
  readLock,
  resolvePin,
} from '@istio-ci/envoy-fetcher';
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
  const installed = await installEnvoy(fetched, { targets: targetsOf(pipeline, fetched), signal });
  const { sha256, url, hashSource } = fetched;
  const state: EnvoyState = {
    sha: pin.sha,
    sha256,
    url,
    hashSource,
    environment: istioEnvironment(installed),
  };
  await saveState(pipeline, 'envoy', state);
  return { pin: `${pin.sha} (${pinOrigin(pin)})`, sha256: installed.sha256 };
}

/** Where the configuration says, and in an Istio tree also where its own Makefile looks before it fetches. */
function targetsOf({ distribution }: Pipeline, { pin, arch }: FetchedEnvoy): string[] {
  const { root, directory, gopath, envoy: config } = distribution;
  const source = join(root, directory);
  const own = existsSync(join(source, 'bin/init.sh'))
    ? istioPlaces(pin, arch, { source, gopath: gopath ? root : join(root, 'go') })
    : [];
  return [...config.install.map((place) => join(root, place)), ...own];
}

if (import.meta.main) await runStageScript('envoy', envoy);

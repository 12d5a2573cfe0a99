import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hostUrl } from '@istio-ci/cluster-runner';
import type { Distribution } from '@istio-ci/distribution';
import {
  type BinaryName,
  type FetchedEnvoy,
  fetchEnvoy,
  installEnvoy,
  istioEnvironment,
  istioPlaces,
  pinOrigin,
  readLock,
  resolvePin,
} from '@istio-ci/envoy-fetcher';
import { hostCaBundle } from '@istio-ci/kit';
import { requireSession } from '../cluster/session.ts';
import type { RunContext } from '../context.ts';
import { type EnvoyState, saveState } from '../record/state.ts';

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

/** The configuration of one binary that Istio pins. */
export interface PinnedSource {
  readonly dockerfile?: string | undefined;
  readonly workspace?: string | undefined;
  readonly deps?: string | undefined;
  readonly sha?: string | undefined;
  readonly mirrors: readonly string[];
  readonly install: readonly string[];
}

/**
 * Fetches one binary that Istio pins and puts it in all its places: those in the configuration and, in
 * Istio's own sources, those where their Makefile looks before it fetches.
 */
async function placePinned(context: RunContext, name: BinaryName, source: PinnedSource) {
  const { distribution, signal, progress } = context;
  const { root, envoy: config } = distribution;
  const { dockerfile, workspace, deps, sha, mirrors } = source;
  const session = await requireSession(context);
  const pin = await resolvePin({ root, name, sources: { dockerfile, workspace, deps, sha } });
  const fetched = await fetchEnvoy({
    pin,
    root,
    ...(mirrors.length === 0 ? {} : { mirrors }),
    lock: await readLock(join(root, config.lock)),
    locked: config.locked,
    extraCa: await hostCaBundle(),
    resolveUrl: (url) => hostUrl(session, url),
    signal,
    progress,
  });
  const targets = [...source.install.map((target) => join(root, target)), ...ownPlaces(context, fetched)];
  return { fetched, installed: await installEnvoy(fetched, { targets, signal }) };
}

/** True for Istio's own sources, whose `make depend` fetches Envoy itself if it is missing. */
export function isIstioSource({ root, directory }: Pick<Distribution, 'root' | 'directory'>): boolean {
  return existsSync(join(root, directory, 'bin/init.sh'));
}

function ownPlaces({ distribution }: RunContext, { pin, arch }: FetchedEnvoy): string[] {
  const { root, directory, gopath } = distribution;
  if (!isIstioSource(distribution)) return [];
  return istioPlaces(pin, arch, { source: join(root, directory), gopath: gopath ? root : join(root, 'go') });
}

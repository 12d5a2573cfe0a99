import { connectEngine, isLocalEngine } from '@istio-ci/image-builder';
import { followEngineStream, type Operation } from '@istio-ci/kit';
import { startRegistry } from '@istio-ci/registry/test/registry-server';
import { plainConnection, uploadBuilt } from '@istio-ci/registry/test/test-images';
import { resumePush } from '@istio-ci/release-pusher';
import { largeImage } from '@istio-ci/release-pusher/test/large-image';
import { preparedPush, resumeCommand, testRun } from '@istio-ci/release-pusher/test/prepared-push';
import type Docker from 'dockerode';
import { ratioOf, type Summary, summarize } from './statistics.ts';
import { timed } from './timed.ts';

type ReleasedImage = Parameters<typeof preparedPush>[1][number];

/** The images of an Istio distribution. */
const names = ['pilot', 'proxyv2', 'install-cni', 'ztunnel'];
const imageBytes = 16 * 1024 ** 2;

export interface PromoteBench {
  /** Milliseconds from verified candidates to the receipt: checks, tags, moving tags, verification. */
  readonly promote: Summary;
  /** Milliseconds to pull the same images and push them under another tag, as in a release by hand. */
  readonly pullAndPush?: Summary;
  /** The first divided by the second, pair by pair. */
  readonly ratio?: Summary;
}

/**
 * Releases four images of 16 MiB on a registry of this machine, in turns by digest and by pull and push
 * through the engine. An engine on another machine cannot reach that registry; then only the first is
 * measured.
 * @throws {CiError} REGISTRY_PROGRAM_MISSING
 */
export async function benchPromote({
  runs,
  ...operation
}: Operation & { readonly runs: number }): Promise<PromoteBench> {
  await using server = await startRegistry();
  const engine = isLocalEngine() ? connectEngine() : undefined;
  const promoted: number[] = [];
  const copied: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    operation.progress?.(`promote ${run} of ${runs}`);
    operation.signal?.throwIfAborted();
    const hub = `${server.host}/run${run}`;
    const images = await candidates(server.host, `run${run}`);
    const promote = async () => void promoted.push(await promoteOnce(hub, images, server.host));
    const copy = async () => void (engine && copied.push(await copyOnce(engine, hub)));
    for (const step of run % 2 === 1 ? [promote, copy] : [copy, promote]) await step();
  }
  if (copied.length === 0) return { promote: summarize(promoted) };
  return {
    promote: summarize(promoted),
    pullAndPush: summarize(copied),
    ratio: ratioOf(promoted, copied),
  };
}

/** Uploads four new images under their candidate tag. */
async function candidates(host: string, path: string): Promise<ReleasedImage[]> {
  const registry = plainConnection(host);
  const images: ReleasedImage[] = [];
  for (const name of names) {
    const built = await largeImage(imageBytes);
    await uploadBuilt(registry, { host, path: `${path}/${name}` }, built, 'build-1');
    images.push({ name, variant: '', digest: built.manifest.digest });
  }
  return images;
}

async function promoteOnce(hub: string, images: readonly ReleasedImage[], host: string): Promise<number> {
  await using push = await preparedPush(testRun({ hubs: [hub] }), images);
  // Awaited here, because the folder is removed when this function returns.
  return await timed(() =>
    resumePush({
      outDir: push.outDir,
      resumeCommand,
      credentials: { kind: 'none' },
      registry: { insecureHosts: [host] },
      scan: [],
    }),
  );
}

async function copyOnce(engine: Docker, hub: string): Promise<number> {
  const refs = names.map((name) => `${hub}/${name}`);
  try {
    return await timed(async () => {
      for (const ref of refs) {
        await followEngineStream(await engine.pull(`${ref}:build-1`));
        await engine.getImage(`${ref}:build-1`).tag({ repo: ref, tag: 'by-hand' });
        await followEngineStream(
          await engine.getImage(`${ref}:by-hand`).push({ authconfig: {} as Docker.AuthConfig }),
        );
      }
    });
  } finally {
    for (const ref of refs.flatMap((name) => [`${name}:build-1`, `${name}:by-hand`]))
      await engine
        .getImage(ref)
        .remove()
        .catch(() => {});
  }
}

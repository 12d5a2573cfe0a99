import { upSession } from '@istio-ci/cluster-runner';
import { hostCaBundle } from '@istio-ci/kit';
import {
  clusterSettingsOf,
  outPath,
  type Pipeline,
  provideClusterImage,
  resolveImage,
  runStageScript,
  saveBoot,
  saveEndedBoot,
  sessionOf,
} from '@istio-ci/pipeline';

/** Cluster: the session of this build, with everything true; one that is there already is used again. */
export async function cluster(pipeline: Pipeline) {
  const { distribution, engine, buildTag, owner, signal, progress } = pipeline;
  const existing = await sessionOf(pipeline);
  if (existing) return { session: existing.name, reused: true };
  const { leaseMinutes, kubernetes, bootstrapper, fromPool } = distribution.cluster;
  const services = Object.entries(distribution.services).map(async ([name, { image, ports, env }]) => ({
    name,
    image: await resolveImage(image, { kubernetes }),
    ports,
    env,
  }));
  const session = await upSession({
    ...(await clusterSettingsOf(distribution)),
    fromPool,
    engine,
    image: await provideClusterImage({ engine, kubernetes, bootstrapper, signal, progress }),
    name: buildTag,
    leaseSeconds: leaseMinutes * 60,
    services: await Promise.all(services),
    evidenceDir: outPath(pipeline, 'evidence'),
    owner,
    extraCa: await hostCaBundle(),
    signal,
    progress,
  }).catch((error: unknown) => saveEndedBoot(pipeline, error));
  await saveBoot(pipeline, session);
  const ready = `${(session.boot.totalMs / 1000).toFixed(1)} s`;
  return { session: session.name, kubernetes: session.kubernetes, 'ready after': ready };
}

if (import.meta.main) await runStageScript('cluster', cluster);

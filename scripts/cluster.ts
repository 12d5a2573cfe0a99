import { findSession, upSession } from '@istio-ci/cluster-runner';
import { hostCaBundle, imageRef } from '@istio-ci/image-builder';
import {
  type BootState,
  outPath,
  type Pipeline,
  resolveImage,
  runStageScript,
  saveState,
} from '@istio-ci/pipeline';

/** Cluster: the session of this build, with everything true; one that is there already is used again. */
export async function cluster(pipeline: Pipeline) {
  const { distribution, engine, buildTag, owner, signal, progress } = pipeline;
  const existing = await findSession(engine, buildTag);
  if (existing) return { session: existing.name, reused: true };
  const { leaseMinutes, images, ...options } = distribution.cluster;
  const services = Object.entries(distribution.services).map(async ([name, { image, ports, env }]) => ({
    name,
    image: await resolveImage(image),
    ports,
    env,
  }));
  const session = await upSession({
    ...options,
    engine,
    image: await imageRef('minikube-dind'),
    name: buildTag,
    leaseSeconds: leaseMinutes * 60,
    images: await Promise.all(images.map(resolveImage)),
    services: await Promise.all(services),
    evidenceDir: outPath(pipeline, 'evidence'),
    owner,
    extraCa: await hostCaBundle(),
    signal,
    progress,
  });
  const { State } = await engine.getContainer(session.container).inspect();
  const boot: BootState = { startedAt: State.StartedAt, phases: session.boot.phases };
  await saveState(pipeline, 'boot', boot);
  return { session: session.name, 'ready after': `${(session.boot.totalMs / 1000).toFixed(1)} s` };
}

if (import.meta.main) await runStageScript('cluster', cluster);

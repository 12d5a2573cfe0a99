import { upSession } from '@istio-ci/cluster-runner';
import { provideClusterImage } from '@istio-ci/image-builder';
import { hostCaBundle } from '@istio-ci/kit';
import { resolveImage } from '../cluster/service-images.ts';
import { sessionOf } from '../cluster/session.ts';
import { clusterSettingsOf } from '../cluster/settings.ts';
import { outPath, type RunContext } from '../context.ts';
import { saveBoot, saveEndedBoot } from '../record/boot.ts';

/** Cluster: provides a ready session for this build; reuses it if it exists. */
export async function cluster(context: RunContext) {
  const { distribution, place, buildTag, owner, signal, progress } = context;
  const existing = await sessionOf(context);
  if (existing) return { facts: { session: existing.name, reused: true } };
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
    place,
    image: await provideClusterImage({ kubernetes, bootstrapper, signal, progress }),
    name: buildTag,
    leaseSeconds: leaseMinutes * 60,
    services: await Promise.all(services),
    evidenceDir: outPath(context, 'evidence'),
    owner,
    extraCa: await hostCaBundle(),
    signal,
    progress,
  }).catch((error: unknown) => saveEndedBoot(context, error));
  await saveBoot(context, session);
  const ready = `${(session.boot.totalMs / 1000).toFixed(1)} s`;
  return { facts: { session: session.name, kubernetes: session.kubernetes, 'ready after': ready } };
}

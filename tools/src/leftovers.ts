import { requireEngine } from '@istio-ci/image-builder';

/** What is left of a session: the containers, networks and volumes with its label. */
export async function leftovers(session: string): Promise<string[]> {
  const engine = await requireEngine();
  const filters = { label: [`dev.istio-ci.session=${session}`] };
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names.join(' ')}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
  ];
}

/**
 * The names of all volumes of the engine. Anonymous volumes have no label, so tests compare the list before
 * and after.
 */
export async function volumeNames(): Promise<string[]> {
  const { Volumes } = await (await requireEngine()).listVolumes();
  return (Volumes ?? []).map(({ Name }) => Name).sort();
}

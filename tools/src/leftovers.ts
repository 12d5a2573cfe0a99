import { requireEngine } from '@istio-ci/kit';

/** What of a session is still there: containers, networks and volumes that carry its label, and its processes. */
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

/** The names of all volumes of the engine: anonymous ones carry no label, so they are compared before and after. */
export async function volumeNames(): Promise<string[]> {
  const { Volumes } = await (await requireEngine()).listVolumes();
  return (Volumes ?? []).map(({ Name }) => Name).sort();
}

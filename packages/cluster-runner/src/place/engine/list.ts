import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { label } from '../../labels.ts';
import { sessionOfCluster } from '../../names.ts';
import type { Placed, PlacedContainer } from '../place.ts';
import { type PublishedAt, publishedAt } from './address.ts';
import { engineStep } from './engine-errors.ts';

type Labels = Readonly<Record<string, string>>;

/** Everything of ours that the engine has, found by labels alone. */
export async function listPlaced(engine: Docker): Promise<Placed[]> {
  const filters = { label: [label.id] };
  const [containers, networks, { Volumes }] = await engineStep({ what: 'list the sessions' }, () =>
    Promise.all([
      engine.listContainers({ all: true, filters }),
      engine.listNetworks({ filters }),
      engine.listVolumes({ filters }),
    ]),
  );
  const others = [...networks, ...Volumes].map(({ Labels }) => Labels ?? {});
  return placedFrom(containers, others, publishedAt(engine));
}

/**
 * The engine's lists as plain data. What was handed out from the pool gets the labels of its session: the
 * engine cannot change those of a container, so they are on an empty volume of the session (standby.ts).
 * Pure.
 */
export function placedFrom(
  containers: readonly ContainerInfo[],
  others: readonly Labels[],
  address: PublishedAt,
): Placed[] {
  // The volumes of a warm cluster itself have the label of the pool.
  const volumes = others.filter((labels) => labels[label.role] === 'volume' && !(label.pool in labels));
  const handedOut = new Map(volumes.map((labels) => [labels[label.id], labels]));
  const current = (labels: Labels): Labels => {
    const own = handedOut.get(labels[label.id]);
    if (own === undefined || !(label.pool in labels)) return labels;
    return { ...withoutPool(labels), ...own, [label.role]: labels[label.role] ?? '' };
  };
  return [
    ...containers.map((container) => ({
      labels: renamed(container, current(container.Labels)),
      container: placedContainer(container, address),
    })),
    ...others.map((labels) => ({ labels: current(labels) })),
  ];
}

/** A cluster that has a new name was handed out, also if its volume is not there yet. */
function renamed({ Names }: ContainerInfo, labels: Labels): Labels {
  const session = sessionOfCluster(Names[0] ?? '');
  if (!(label.pool in labels) || session === labels[label.session]) return labels;
  return { ...withoutPool(labels), [label.session]: session };
}

function withoutPool({ [label.pool]: _, ...labels }: Labels): Labels {
  return labels;
}

function placedContainer(container: ContainerInfo, { host, local }: PublishedAt): PlacedContainer {
  return {
    id: container.Id,
    image: container.Image,
    state: states[container.State] ?? 'ended',
    network: Object.keys(container.NetworkSettings.Networks)[0] ?? '',
    ports: publishedPorts(container),
    host,
    local,
  };
}

const states: Readonly<Record<string, PlacedContainer['state']>> = {
  created: 'created',
  running: 'running',
  restarting: 'running',
  paused: 'frozen',
};

/** An engine with IPv6 lists each port twice, with one number. */
function publishedPorts({ Ports }: ContainerInfo): Record<number, number> {
  const tcp = Ports.filter(({ Type }) => Type === 'tcp');
  return Object.fromEntries(
    tcp.flatMap(({ PrivatePort, PublicPort }) => (PublicPort ? [[PrivatePort, PublicPort]] : [])),
  );
}

import { kubernetesLabel, parseIdentity } from '@istio-ci/kit';
import { ports } from '../cluster-image.ts';
import { label } from '../labels.ts';
import { sessionName } from '../names.ts';
import type { Place, Placed, PlacedContainer } from '../place/place.ts';
import type { Session, SessionService } from '../types.ts';

/**
 * The sessions of a place, oldest first, read from labels alone. Warm clusters of the pool are no sessions
 * yet.
 */
export async function listSessions(place: Place): Promise<Session[]> {
  return sessionsFrom(await place.list());
}

/** The session of this name (as it was given to `upSession`, or the session's own), if it is there. */
export async function findSession(place: Place, name: string): Promise<Session | undefined> {
  const wanted = sessionName(name);
  return (await listSessions(place)).find((session) => session.name === wanted);
}

/** The sessions in a place's list. Pure. */
export function sessionsFrom(placed: readonly Placed[]): Session[] {
  const containers = placed.filter(isContainer);
  const services = containers.filter(({ labels }) => labels[label.role] === 'service');
  return containers
    .filter(({ labels }) => labels[label.role] === 'cluster' && !(label.pool in labels))
    .map((cluster) =>
      sessionFrom(
        cluster,
        services.filter(({ labels }) => labels[label.id] === cluster.labels[label.id]),
      ),
    )
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

type Container = Placed & { readonly container: PlacedContainer };

function isContainer(placed: Placed): placed is Container {
  return placed.container !== undefined;
}

function sessionFrom({ labels, container }: Container, services: readonly Container[]): Session {
  const { host, local } = container;
  const api = container.ports[ports.api];
  const dockerTls = labels[label.dockerTls] === 'true';
  const openDocker = local ? container.ports[ports.docker] : undefined;
  const docker = dockerTls ? container.ports[ports.dockerTls] : openDocker;
  const owner = parseIdentity(labels[label.owner] ?? '')?.pid;
  const leaseEnd = labels[label.leaseEnd];
  const kubernetes = labels[kubernetesLabel];
  return {
    name: labels[label.session] ?? '',
    id: labels[label.id] ?? '',
    network: container.network,
    container: container.id,
    image: container.image,
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(api === undefined ? {} : { apiServer: { host, port: api } }),
    ...(docker === undefined ? {} : { dockerHost: `tcp://${host}:${docker}` }),
    dockerTls,
    services: services.map(serviceFrom),
    createdAt: new Date(labels[label.created] ?? 0),
    ...(leaseEnd === undefined ? {} : { leaseEndsAt: new Date(leaseEnd) }),
    ...(owner === undefined ? {} : { owner }),
  };
}

function serviceFrom({ labels, container }: Container): SessionService {
  return { name: labels[label.service] ?? '', container: container.id, ports: container.ports };
}

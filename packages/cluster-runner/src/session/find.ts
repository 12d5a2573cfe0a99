import { kubernetesLabel, parseIdentity } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { ports } from '../create/cluster-container.ts';
import { type EngineAddress, engineAddress } from '../engine/address.ts';
import { engineStep } from '../engine/engine-errors.ts';
import { label, type Role } from '../labels.ts';
import { sessionName, sessionOfCluster } from '../names.ts';
import type { Session, SessionService } from './types.ts';

/**
 * The sessions of this engine, oldest first, read from labels alone. Clusters that stand by in the pool are no
 * sessions yet.
 */
export async function listSessions(engine: Docker): Promise<Session[]> {
  const [containers, { Volumes }] = await engineStep({ what: 'list what is there' }, () =>
    Promise.all([
      engine.listContainers({ all: true, filters: { label: [label.id] } }),
      engine.listVolumes({ filters: { label: [`${label.role}=volume`] } }),
    ]),
  );
  return sessionsFrom(containers, engineAddress(engine), Volumes);
}

/** The session of this name (a build's name as it was given to `upSession`, or the session's own), if it is there. */
export async function findSession(engine: Docker, name: string): Promise<Session | undefined> {
  const wanted = sessionName(name);
  return (await listSessions(engine)).find((session) => session.name === wanted);
}

/**
 * Pure: what the engine's lists say about sessions. One that was handed out from the pool has its own labels on a volume, since those
 * of its container cannot be changed.
 */
export function sessionsFrom(
  containers: readonly ContainerInfo[],
  address: EngineAddress,
  volumes: readonly Pick<VolumeInspectInfo, 'Labels'>[] = [],
): Session[] {
  // The cluster's own volumes are still labelled as the pool's.
  const handedOut = volumes.filter(({ Labels }) => Labels[label.pool] === undefined);
  const clusters = containers.filter((container) => hasRole(container, 'cluster') && !standsBy(container));
  return clusters
    .map((cluster) => {
      const ofSession = ({ Labels }: Pick<ContainerInfo, 'Labels'>) =>
        Labels[label.id] === cluster.Labels[label.id];
      return sessionFrom(
        { ...cluster, Labels: { ...cluster.Labels, ...handedOut.find(ofSession)?.Labels } },
        containers.filter((other) => hasRole(other, 'service') && ofSession(other)),
        address,
      );
    })
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** True for a cluster of the pool that was not handed out: it is still named by its own id. */
export function standsBy({ Labels, Names }: Pick<ContainerInfo, 'Labels' | 'Names'>): boolean {
  return Labels[label.pool] !== undefined && sessionOfCluster(Names[0] ?? '') === Labels[label.session];
}

function hasRole(container: ContainerInfo, role: Role): boolean {
  return container.Labels[label.role] === role;
}

function sessionFrom(
  cluster: ContainerInfo,
  services: readonly ContainerInfo[],
  address: EngineAddress,
): Session {
  const { Labels } = cluster;
  const published = publishedPorts(cluster);
  const api = published[ports.api];
  const dockerTls = Labels[label.dockerTls] === 'true';
  const openDocker = address.local ? published[ports.docker] : undefined;
  const docker = dockerTls ? published[ports.dockerTls] : openDocker;
  const owner = parseIdentity(Labels[label.owner] ?? '')?.pid;
  const leaseEnd = Labels[label.leaseEnd];
  const kubernetes = Labels[kubernetesLabel];
  return {
    name: sessionOfCluster(cluster.Names[0] ?? ''),
    id: Labels[label.id] ?? '',
    network: Object.keys(cluster.NetworkSettings.Networks)[0] ?? '',
    container: cluster.Id,
    image: cluster.Image,
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(api === undefined ? {} : { apiServer: { host: address.host, port: api } }),
    ...(docker === undefined ? {} : { dockerHost: `tcp://${address.host}:${docker}` }),
    dockerTls,
    services: services.map(serviceFrom),
    createdAt: new Date(Labels[label.created] ?? cluster.Created * 1000),
    ...(leaseEnd === undefined ? {} : { leaseEndsAt: new Date(leaseEnd) }),
    ...(owner === undefined ? {} : { owner }),
  };
}

function serviceFrom(container: ContainerInfo): SessionService {
  return {
    name: container.Labels[label.service] ?? '',
    container: container.Id,
    ports: publishedPorts(container),
  };
}

/** Port in the container to port on the host; an engine with IPv6 lists each twice, with one number. */
function publishedPorts({ Ports }: ContainerInfo): Record<number, number> {
  const tcp = Ports.filter(({ Type }) => Type === 'tcp');
  return Object.fromEntries(
    tcp.flatMap(({ PrivatePort, PublicPort }) => (PublicPort ? [[PrivatePort, PublicPort]] : [])),
  );
}

/**
 * The URL of a service as the host reaches it: `http://mirror:8080/x` becomes `http://127.0.0.1:PORT/x` where
 * `mirror` is a service of the session with that port published; any other URL stays as it is. Pure.
 */
export function hostUrl(session: Pick<Session, 'services'>, url: string, host = '127.0.0.1'): string {
  const parsed = new URL(url);
  const service = session.services.find(({ name }) => name === parsed.hostname);
  const port = service?.ports[Number(parsed.port || (parsed.protocol === 'https:' ? 443 : 80))];
  if (port === undefined) return url;
  parsed.host = `${host}:${port}`;
  return parsed.href;
}

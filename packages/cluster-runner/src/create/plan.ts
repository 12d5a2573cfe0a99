import { dataPaths, ports } from '../cluster-image.ts';
import { label, labelsFor, type SessionLabels } from '../labels.ts';
import { clusterAlias, names } from '../names.ts';
import type { ClusterPlan, ContainerFile, ServicePlan, SessionPlan } from '../place/plan.ts';
import type { ServiceRequest, SessionRequest } from '../types.ts';
import { clusterEnvironment, type EnvironmentRequest } from './environment.ts';

/** The options of a request that its cluster container depends on. */
export type ClusterRequest = Pick<
  SessionRequest,
  'image' | 'privileges' | 'publish' | 'publishDocker' | 'dockerTls' | 'limits'
>;

/** What a plan depends on besides the request. */
export interface PlanContext {
  /** The caller's environment, for its proxies. */
  readonly env: NodeJS.ProcessEnv;
  readonly files: readonly ContainerFile[];
}

/** Everything that a session consists of, for its place to make. Pure. */
export function sessionPlan(
  request: ClusterRequest & EnvironmentRequest,
  labels: SessionLabels,
  { env, files }: PlanContext,
): SessionPlan {
  const { name: session, id } = labels;
  const { services = [] } = request;
  return {
    session,
    id,
    network: { name: names.network(session), labels: labelsFor(labels, 'network') },
    cluster: {
      ...clusterPlan(request, labels, clusterEnvironment(request, env)),
      name: names.cluster(session),
      files,
    },
    services: services.map((service) => servicePlan(service, labels)),
  };
}

/**
 * The container of a cluster, under the name in its labels. Pure.
 *
 * Ports that ask for a client certificate are published: the API server, and the inner engine if it has TLS.
 * Without TLS the inner engine stays on the session's network, unless its port on loopback is asked for.
 */
export function clusterPlan(
  request: ClusterRequest,
  labels: SessionLabels,
  env: Readonly<Record<string, string>>,
): ClusterPlan {
  const { image, privileges = 'capabilities', limits = {} } = request;
  const { publish = true, publishDocker = false, dockerTls = false } = request;
  return {
    what: 'the cluster',
    name: labels.name,
    image,
    labels: { ...labelsFor(labels, 'cluster'), ...(dockerTls ? { [label.dockerTls]: 'true' } : {}) },
    env,
    alias: clusterAlias,
    ports: publish ? [ports.api, ...(dockerTls ? [ports.dockerTls] : [])] : [],
    localPorts: publish && publishDocker && !dockerTls ? [ports.docker] : [],
    privileges,
    dataPaths,
    dataLabels: labelsFor(labels, 'volume'),
    limits,
    files: [],
  };
}

function servicePlan(
  { name, image, ports = [], env = {}, command }: ServiceRequest,
  labels: SessionLabels,
): ServicePlan {
  return {
    what: `the service ${name}`,
    name: names.service(labels.name, name),
    image,
    labels: { ...labelsFor(labels, 'service'), [label.service]: name },
    env,
    alias: name,
    ports,
    command,
  };
}

import { randomBytes } from 'node:crypto';
import { sha256 } from '@istio-ci/kit';

/** A DNS label, so that the name can be part of container, network, host and context names. */
const legal = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/;

/**
 * A build's name as a session name. A legal one stays; another one (Jenkins makes `jenkins-Istio-PR%2F12-3`)
 * gets its illegal characters replaced and a short hash of the original, so that two different names stay
 * different.
 */
export function sessionName(tag: string): string {
  if (legal.test(tag)) return tag;
  const readable = tag
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  const hash = sha256(tag).slice(0, 6);
  return readable === '' ? `s-${hash}` : `${readable}-${hash}`;
}

/** A name for a session that was given none, and the id of every session: 8 hex digits, 16 for an id. */
export function randomName(bytes = 4): string {
  return randomBytes(bytes).toString('hex');
}

const clusterPrefix = 'k8s-';

/** The names of a session's containers and network. */
export const names = {
  cluster: (session: string) => `${clusterPrefix}${session}`,
  builder: (session: string) => `istio-builder-${session}`,
  service: (session: string, service: string) => `istio-ci-${service}-${session}`,
  network: (session: string) => `istio-ci-${session}`,
} as const;

/** The session that a cluster container belongs to, by the container's name (`k8s-NAME` or `/k8s-NAME`). */
export function sessionOfCluster(containerName: string): string {
  return containerName.replace(/^\//, '').slice(clusterPrefix.length);
}

/**
 * The alias on the session network, the host name and the node name. It is the same in every session, because
 * each has its own network.
 */
export const clusterAlias = 'kubernetes';

import { kubeconfigErrors } from './errors.ts';
import { type Rewrite, rewriteKubeconfig, serverUrl } from './rewrite.ts';

/** The facts about a session that the rewriting needs. */
export interface PublishedSession {
  readonly name: string;
  /** The API server's address from the host; absent if no port is published. */
  readonly apiServer?: { readonly host: string; readonly port: number } | undefined;
}

/**
 * The name that every certificate of our clusters carries, and the cluster's alias on the session network.
 */
const certificateName = 'kubernetes';

/** Hosts in every cluster's certificate: for these, no other server name has to be set. */
const certified = new Set([certificateName, 'localhost', '127.0.0.1', '[::1]']);

/**
 * A session's kubeconfig for the place it is used from: `kubernetes` inside the session network, `host`
 * through the published port, or any address that leads to the API server.
 * @throws {CiError} API_SERVER_NOT_PUBLISHED, KUBECONFIG_BAD_SERVER, or what `rewriteKubeconfig` throws
 */
export function kubeconfigFor(
  target: 'host' | 'kubernetes' | (string & {}),
  text: string,
  session: PublishedSession,
): string {
  return rewriteKubeconfig(text, rewriteFor(target, session));
}

function rewriteFor(target: string, session: PublishedSession): Rewrite {
  const server = serverFor(target, session);
  // If the certificate does not contain the address, a name that it does contain is checked.
  const known = certified.has(new URL(server).hostname);
  return { server, tlsServerName: known ? undefined : certificateName };
}

function serverFor(target: string, session: PublishedSession): string {
  if (target === 'kubernetes') return `https://${certificateName}:8443`;
  if (target !== 'host') return serverUrl(target);
  if (!session.apiServer) throw kubeconfigErrors.notPublished(session.name);
  const { host, port } = session.apiServer;
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

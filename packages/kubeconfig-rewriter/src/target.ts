import { kubeconfigErrors } from './errors.ts';
import { type Rewrite, rewriteKubeconfig, serverUrl } from './rewrite.ts';

/** What the rewriting needs to know of a session. */
export interface PublishedSession {
  readonly name: string;
  /** Where the API server is reached from the host; absent where no port is published. */
  readonly apiServer?: { readonly host: string; readonly port: number } | undefined;
}

/** The name that every certificate of our clusters carries, and the cluster's alias on the session network. */
const certificateName = 'kubernetes';

/** Hosts in every certificate of our clusters (design.md section 4): no other name has to be checked for them. */
const certified = new Set([certificateName, 'localhost', '127.0.0.1', '[::1]']);

/**
 * A session's kubeconfig for the place it is used from: `kubernetes` inside the session network, `host` through
 * the published port, or any address that leads to the API server.
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
  // An address the certificate does not name is checked against the name that it does.
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

import { resolve } from 'node:path';
import { hostUrl, type Session } from '@istio-ci/cluster-runner';
import type { Distribution } from '@istio-ci/distribution';
import { loadDistribution } from '@istio-ci/distribution';
import { shellQuote } from '@istio-ci/kit';
import { type CredentialSource, credentialSource, type RegistryAccess } from '@istio-ci/registry';
import { requireSession } from '../cluster/session.ts';
import { createRunContext, type RunContext, type RunRequest } from '../context.ts';
import { createRegistryUser, type RegistryUser } from './registry-user.ts';

/**
 * How this process reaches the registries that images name: the session's registries through their published
 * ports, all others directly. Pure.
 */
export function registryAccess(
  { cluster }: { readonly cluster: Pick<Distribution['cluster'], 'insecureRegistries'> },
  session: Pick<Session, 'services'>,
): RegistryAccess {
  const insecure = cluster.insecureRegistries;
  return {
    insecureHosts: insecure,
    resolveHost: (host) => {
      const url = `${insecure.includes(host) ? 'http' : 'https'}://${host}`;
      const published = hostUrl(session, url);
      return published === url ? undefined : new URL(published);
    },
  };
}

/**
 * The credentials for a push to `hubs`: a new user for each registry of the session, the caller's for all
 * others.
 */
export async function pushCredentials(
  context: RunContext,
  session: Session,
  hubs: readonly string[],
): Promise<CredentialSource> {
  const others = credentialSource(process.env, context.credentials);
  const users: Record<string, RegistryUser | undefined> = {};
  for (const hub of hubs) {
    const own = ownRegistry(context.distribution, hub);
    if (own && !(own.host in users))
      users[own.host] = await createRegistryUser(context, session, own.service);
  }
  return Object.keys(users).length === 0 ? others : { kind: 'session', users, others };
}

/**
 * The session's own registry that a hub is in, if it is: its host, as images name it, and its service. Pure.
 */
export function ownRegistry(
  { services }: Pick<Distribution, 'services'>,
  hub: string,
): { host: string; service: string } | undefined {
  // Without a port the first part is not a host: it is a hub on Docker Hub.
  const [, host = '', service = ''] = /^(([^:/]+):\d+)(?:\/|$)/.exec(hub) ?? [];
  return services[service] === undefined ? undefined : { host, service };
}

/** The command that finishes an interrupted push of the distribution in `root`. Pure. */
export function resumeCommand(
  root: string,
  {
    credentials,
    buildTag,
  }: { readonly credentials?: string | undefined; readonly buildTag?: string | undefined },
): string {
  return [
    ...['./istio-ci', 'release', 'resume', '--distribution', root],
    ...(credentials === undefined ? [] : ['--credentials', resolve(credentials)]),
    ...(buildTag === undefined ? [] : ['--build-tag', buildTag]),
  ]
    .map(shellQuote)
    .join(' ');
}

/**
 * How an interrupted push to `hubs` reaches their registries: directly or, if one of them is the session's
 * own, through the session, which must still exist.
 * @throws {CiError} SESSION_MISSING
 */
export async function resumeAccess(
  request: RunRequest,
  hubs: readonly string[],
): Promise<{ registry: RegistryAccess; credentials: CredentialSource }> {
  const distribution = await loadDistribution(request.directory);
  if (!hubs.some((hub) => ownRegistry(distribution, hub)))
    return {
      registry: { insecureHosts: distribution.cluster.insecureRegistries },
      credentials: credentialSource(process.env, request.credentials),
    };
  const context = await createRunContext(request);
  const session = await requireSession(context);
  return {
    registry: registryAccess(distribution, session),
    credentials: await pushCredentials(context, session, hubs),
  };
}

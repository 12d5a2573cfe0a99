import { hostUrl, type Session } from '@istio-ci/cluster-runner';
import { connectEngine } from '@istio-ci/kit';
import type { CredentialSource, RegistryAccess } from '@istio-ci/release-pusher';
import { credentialSource } from '@istio-ci/release-pusher';
import type Docker from 'dockerode';
import type { Pipeline } from './context.ts';
import { createRegistryUser } from './registry-user.ts';

/** How this process reaches the registries that images name: those of the session through their published ports. */
export function registryAccess({ distribution }: Pipeline, session: Session): RegistryAccess {
  const insecure = distribution.cluster.insecureRegistries;
  return {
    insecureHosts: insecure,
    resolveHost: (host) => {
      const scheme = insecure.includes(host) ? 'http' : 'https';
      return { base: new URL(hostUrl(session, `${scheme}://${host}`)) };
    },
  };
}

/** The credentials for Push: those of the caller, else a new user of the session's own registry. */
export async function pushCredentials(pipeline: Pipeline, session: Session): Promise<CredentialSource> {
  const given = credentialSource(process.env, pipeline.credentials);
  if (given.kind !== 'none') return given;
  const user = await createRegistryUser(pipeline, session);
  return user ? { kind: 'environment', ...user } : given;
}

/** The engine inside the session: what the distribution builds is there. */
export function sessionEngine(session: Session): Docker {
  const { hostname, port } = new URL(session.dockerHost ?? 'tcp://127.0.0.1:2375');
  return connectEngine({ protocol: 'http', host: hostname, port: Number(port) });
}

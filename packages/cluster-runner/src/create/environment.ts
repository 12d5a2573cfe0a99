import { defaultBootstrapper } from '@istio-ci/kit';
import { defaultLeaseSeconds } from '../lease-seconds.ts';
import type { SessionRequest } from '../types.ts';

export type EnvironmentRequest = Pick<
  SessionRequest,
  | 'bootstrapper'
  | 'certSans'
  | 'leaseSeconds'
  | 'registryMirrors'
  | 'insecureRegistries'
  | 'dockerTls'
  | 'services'
>;

/** The environment of the cluster image: the options of the request, and the caller's proxies. Pure. */
export function clusterEnvironment(
  request: EnvironmentRequest,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const listed = (name: string, values: readonly string[] | undefined) =>
    values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };
  return {
    BOOTSTRAPPER: request.bootstrapper ?? defaultBootstrapper,
    LEASE_SECONDS: String(request.leaseSeconds ?? defaultLeaseSeconds),
    ...listed('CERT_SANS', request.certSans),
    ...listed('REGISTRY_MIRRORS', request.registryMirrors),
    ...listed('INSECURE_REGISTRIES', request.insecureRegistries),
    ...(request.dockerTls ? { SECURE_DOCKER: 'true' } : {}),
    ...(env.ISTIO_CI_TIME_FACTOR ? { ISTIO_CI_TIME_FACTOR: env.ISTIO_CI_TIME_FACTOR } : {}),
    ...proxies(request, env),
  };
}

/** The image itself excepts everything inside it from the proxies; it does not know the names of services. */
function proxies({ services = [] }: EnvironmentRequest, env: NodeJS.ProcessEnv): Record<string, string> {
  const of = (name: string) => env[name] || env[name.toLowerCase()];
  const set = ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => {
    const value = of(name);
    return value ? [[name, value] as const] : [];
  });
  if (set.length === 0) return {};
  const direct = [of('NO_PROXY'), ...services.map(({ name }) => name)].filter(Boolean);
  return { ...Object.fromEntries(set), NO_PROXY: direct.join(',') };
}

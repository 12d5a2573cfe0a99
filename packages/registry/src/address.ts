import { registryErrors } from './errors.ts';

/** How registries are reached from here. */
export interface RegistryAccess {
  /**
   * The URL under which this process reaches a registry that images name differently: `registry:5000` on the
   * session's network may be `http://127.0.0.1:PORT` here. Otherwise HTTPS to the host itself.
   */
  readonly resolveHost?: ((host: string) => URL | undefined) | undefined;
  /** Hosts, as images name them, that may be spoken to over plain HTTP. */
  readonly insecureHosts?: readonly string[] | undefined;
  /** Milliseconds before the second, third, … attempt; by default 1, 3, 9 and 27 s. */
  readonly retryDelaysMs?: readonly number[] | undefined;
}

/**
 * A URL of the registry that images name as `host`.
 * @throws {CiError} REGISTRY_INSECURE
 */
export function registryUrl(access: RegistryAccess, host: string, path: string): URL {
  const base = access.resolveHost?.(host) ?? publicBase(host, access.insecureHosts ?? []);
  assertSecure(access, host, base);
  return new URL(path, base);
}

/**
 * Plain HTTP is for the hosts that are listed.
 * @throws {CiError} REGISTRY_INSECURE
 */
export function assertSecure({ insecureHosts }: RegistryAccess, host: string, url: URL): void {
  if (url.protocol === 'https:' || insecureHosts?.includes(host)) return;
  throw registryErrors.insecureRegistry(host, url.origin);
}

function publicBase(host: string, insecure: readonly string[]): URL {
  if (host === 'docker.io') return new URL('https://registry-1.docker.io');
  return new URL(`${insecure.includes(host) ? 'http' : 'https'}://${host}`);
}

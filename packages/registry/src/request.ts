import type { FailedRequest } from './failures.ts';
import type { Repository } from './reference.ts';

export interface RegistryRequest {
  readonly repository: Repository;
  readonly method: string;
  /** Below `/v2/<repository>/`, or a whole URL from an upload's Location. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Another repository of the same registry, which the request reads. */
  readonly reads?: Repository | undefined;
  /** Statuses other than 2xx that are an answer, not a failure. */
  readonly accept?: readonly number[];
}

/**
 * One scope for all requests, because every repository here is one to push to. Some registries issue no token
 * to read a repository that does not exist yet, but do issue one to push to it. A mount needs to read its
 * source too.
 */
export function scopesOf({ repository, reads }: RegistryRequest): string[] {
  const scope = `repository:${repository.path}:pull,push`;
  return reads === undefined ? [scope] : [scope, `repository:${reads.path}:pull`];
}

/** Requests with the same key may use the same authorization. */
export function scopeKey(request: RegistryRequest): string {
  return [request.repository.host, ...scopesOf(request)].join(' ');
}

/** The request as messages name it. */
export function describeRequest({ repository, method, path }: RegistryRequest): FailedRequest {
  const { host } = repository;
  const tag =
    path instanceof URL ? '' : path.replace(/^manifests\/(?!sha256:)/, ':').replace(/^manifests\//, '@');
  return { host, method, target: `${host}/${repository.path}${/^[:@]/.test(tag) ? tag : ''}` };
}

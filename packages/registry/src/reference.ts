import { registryErrors } from './errors.ts';

/** A repository in a registry: `quay.io` and `acme/pilot`. */
export interface Repository {
  readonly host: string;
  readonly path: string;
}

const path = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Reads a hub (or a repository) as docker does: the first part is a host when it has a dot or a port or is
 * `localhost`, else all of it is a path on Docker Hub.
 * @throws {CiError} HUB_INVALID
 */
export function parseRepository(text: string): Repository {
  const trimmed = text.replace(/\/+$/, '');
  const slash = trimmed.indexOf('/');
  const first = slash < 0 ? trimmed : trimmed.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = hasHost ? first.replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io';
  const rest = hasHost ? trimmed.slice(first.length + 1) : trimmed;
  if (!path.test(rest) || !/^[A-Za-z0-9.-]+(?::\d+)?$|^\[[0-9a-f:]+\](?::\d+)?$/.test(host))
    throw registryErrors.hubInvalid(text);
  return { host, path: rest };
}

/**
 * A repository with its tag, as the engine lists it: `quay.io/acme/pilot:1.29.1`; undefined for anything
 * else.
 */
export function parseTaggedImage(text: string): (Repository & { readonly tag: string }) | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < text.lastIndexOf('/') || colon < 0) return undefined;
  try {
    return { ...parseRepository(text.slice(0, colon)), tag: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

/** The repository as people and engines write it. */
export function repositoryName({ host, path }: Repository): string {
  return `${host}/${path}`;
}

import { z } from 'zod';
import { registryErrors } from '../errors.ts';
import type { Credential } from './credential.ts';

const entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const modern = z.looseObject({
  auths: z.record(z.string(), entry).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
const legacy = z.record(z.string(), entry);

type Entry = z.infer<typeof entry>;

/** The credentials of a docker configuration; one shape for both formats. */
export interface DockerConfig {
  readonly auths: Readonly<Record<string, Entry>>;
  readonly credsStore?: string | undefined;
  readonly credHelpers: Readonly<Record<string, string>>;
}

/** Docker Hub goes by many names; its key in a configuration is a URL. */
const hubKey = 'https://index.docker.io/v1/';
const hubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * Reads a config.json or the older flat .dockercfg; their keys tell them apart.
 * @throws {CiError} CREDS_MALFORMED, which shows no part of the text: it may contain the secret
 */
export function parseDockerConfig(text: string, where: string): DockerConfig {
  const json = parseJson(text, where);
  const isModern = ['auths', 'credsStore', 'credHelpers'].some((key) => key in json);
  const parsed = isModern ? modern.safeParse(json) : legacy.safeParse(json);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw registryErrors.credsMalformed(where, paths.join('; '));
  }
  if (!isModern) return { auths: parsed.data as Record<string, Entry>, credHelpers: {} };
  const config = parsed.data as z.infer<typeof modern>;
  return {
    auths: config.auths ?? {},
    credHelpers: config.credHelpers ?? {},
    credsStore: config.credsStore || undefined,
  };
}

function parseJson(text: string, where: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw registryErrors.credsMalformed(where, 'it is no JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw registryErrors.credsMalformed(where, 'it is no JSON object');
  return json;
}

/** The hubs of one registry that are pushed to. */
export interface HubsOfHost {
  readonly host: string;
  readonly paths: readonly string[];
}

/**
 * What a key of the configuration names: a registry (`https://quay.io/v2/` and `quay.io` are the same) or,
 * with a path as in podman's format, only the repositories below it.
 */
function readKey(key: string): { host: string; path: string } {
  const [host = '', ...parts] = key.replace(/^https?:\/\//, '').split('/');
  const path = parts.join('/').replace(/\/+$/, '');
  return {
    host: hubNames.has(host) ? 'docker.io' : host.toLowerCase(),
    path: path === 'v1' || path === 'v2' ? '' : path,
  };
}

/** The value under the key that says most about a host and covers all of its hubs. */
function valueFor<T>(
  entries: Readonly<Record<string, T>>,
  { host, paths }: HubsOfHost,
): [key: string, value: T] | undefined {
  const covers = (at: string, path: string) => at === '' || path === at || path.startsWith(`${at}/`);
  const [found] = Object.entries(entries)
    .map((entry) => ({ entry, key: readKey(entry[0]) }))
    .filter(({ key }) => key.host === host && paths.every((path) => covers(key.path, path)))
    .sort((a, b) => b.key.path.length - a.key.path.length);
  return found?.entry;
}

/** The key under which docker looks for the credentials of `host`. */
export function keyOfHost(host: string): string {
  return host === 'docker.io' ? hubKey : host;
}

/** The helper program for a registry: its own, else the store; as `docker` does. */
export function helperFor(config: DockerConfig, at: HubsOfHost): string | undefined {
  const name = valueFor(config.credHelpers, at)?.[1] ?? config.credsStore;
  return name === undefined ? undefined : `docker-credential-${name}`;
}

/**
 * The credential that the configuration itself holds for a registry; undefined when it holds none.
 * @throws {CiError} CREDS_MALFORMED
 */
export function credentialIn(config: DockerConfig, at: HubsOfHost, where: string): Credential | undefined {
  const found = valueFor(config.auths, at);
  if (!found) return undefined;
  const [key, { auth, username, password, identitytoken }] = found;
  const decoded = auth ? decodeAuth(auth, key, where) : { username, password };
  if (identitytoken) return { username: decoded.username ?? '', identityToken: identitytoken };
  // "docker login" with a credential store leaves an empty entry behind.
  if (!decoded.username && !decoded.password) return undefined;
  if (!decoded.username || !decoded.password)
    throw registryErrors.credsMalformed(where, `the entry ${key} lacks a user name or a password`);
  return { username: decoded.username, password: decoded.password };
}

function decodeAuth(auth: string, key: string, where: string) {
  const text = Buffer.from(auth, 'base64').toString('utf8').replaceAll('\0', '');
  const colon = text.indexOf(':');
  if (colon < 1)
    throw registryErrors.credsMalformed(where, `the "auth" of ${key} is not base64 of user:password`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CiError, childEnv, messageOf, type Operation, run } from '@istio-ci/kit';
import { z } from 'zod';
import { registryErrors } from '../errors.ts';
import type { Repository } from '../reference.ts';
import { anonymous, type Credential, type CredentialSource, type Credentials } from './credential.ts';
import {
  credentialIn,
  type DockerConfig,
  type HubsOfHost,
  helperFor,
  keyOfHost,
  parseDockerConfig,
} from './docker-config.ts';
import { helperVariables } from './helper-environment.ts';

/**
 * Finds the push credentials that the environment names: an explicit path, REGISTRY_CREDENTIALS (a file, as
 * Jenkins binds it), REGISTRY_USERNAME with REGISTRY_PASSWORD, DOCKER_AUTH_CONFIG, DOCKER_CONFIG, or none.
 * Pure.
 */
export function credentialSource(env: NodeJS.ProcessEnv, path?: string): CredentialSource {
  const file = path || env.REGISTRY_CREDENTIALS;
  if (file) return { kind: 'file', path: file };
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = env;
  if (username && password) return { kind: 'environment', username, password };
  if (env.DOCKER_AUTH_CONFIG) return { kind: 'json', text: env.DOCKER_AUTH_CONFIG };
  if (env.DOCKER_CONFIG) return { kind: 'file', path: env.DOCKER_CONFIG };
  return { kind: 'none' };
}

/**
 * The credentials for the registries of `hubs`, and no others: one for each host, which opens all hubs there.
 * @throws {CiError} CREDS_MISSING, CREDS_MALFORMED, CREDS_NO_ENTRY (naming the keys there are),
 * CREDS_HELPER_FAILED
 */
export async function loadCredentials(
  source: CredentialSource,
  hubs: readonly Repository[],
  operation: Operation = {},
): Promise<Credentials> {
  switch (source.kind) {
    case 'none':
      return anonymous;
    case 'environment': {
      const { username, password } = source;
      return {
        source: 'REGISTRY_USERNAME and REGISTRY_PASSWORD',
        byHost: new Map(hubs.map(({ host }) => [host, { username, password }])),
      };
    }
    case 'json':
      return pick(
        parseDockerConfig(source.text, 'DOCKER_AUTH_CONFIG'),
        hubs,
        'DOCKER_AUTH_CONFIG',
        operation,
      );
    case 'session':
      return withUsers(source, hubs, operation);
    case 'file': {
      const file = await configFile(source.path);
      await warnIfOpen(file, operation);
      const config = parseDockerConfig(await read(file), file);
      return pick(config, hubs, file, operation);
    }
  }
}

async function withUsers(
  { users, others }: Extract<CredentialSource, { kind: 'session' }>,
  hubs: readonly Repository[],
  operation: Operation,
): Promise<Credentials> {
  const own = hubs.flatMap(({ host }) => (users[host] ? [[host, users[host]] as const] : []));
  const outside = hubs.filter(({ host }) => users[host] === undefined);
  const loaded = await Promise.all(
    outside.map((hub) =>
      loadCredentials(others, [hub], operation).catch((error: unknown) => {
        if (hub.host in users && error instanceof CiError && error.code === 'CREDS_NO_ENTRY')
          return anonymous;
        throw error;
      }),
    ),
  );
  const found = loaded.filter(({ byHost }) => byHost.size > 0);
  const sources = [
    ...found.map(({ source }) => source),
    ...(own.length > 0 ? ["the session's registry"] : []),
  ];
  return {
    source: sources.length === 0 ? anonymous.source : [...new Set(sources)].join(' and '),
    byHost: new Map([...own, ...found.flatMap(({ byHost }) => [...byHost])]),
  };
}

async function configFile(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw registryErrors.credsMissing(path, cause);
  });
  if (!found.isDirectory()) return path;
  const names = ['config.json', '.dockercfg'].map((name) => join(path, name));
  return names.find((name) => existsSync(name)) ?? join(path, 'config.json');
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw registryErrors.credsMissing(file, cause);
  });
}

async function warnIfOpen(file: string, { progress }: Operation): Promise<void> {
  const mode = (await stat(file).catch(() => undefined))?.mode ?? 0;
  if ((mode & 0o077) !== 0) progress?.(`warning: others on this machine can read ${file}; chmod 600 it`);
}

async function pick(
  config: DockerConfig,
  hubs: readonly Repository[],
  where: string,
  operation: Operation,
): Promise<Credentials> {
  const byHost = new Map<string, Credential>();
  for (const [host, at] of Map.groupBy(hubs, (hub) => hub.host)) {
    const paths = at.map(({ path }) => path);
    byHost.set(host, await credentialFor(config, { host, paths }, where, operation));
  }
  return { source: where, byHost };
}

async function credentialFor(config: DockerConfig, at: HubsOfHost, where: string, operation: Operation) {
  const helper = helperFor(config, at);
  const credential = helper === undefined ? undefined : await askHelper(helper, at.host, operation);
  const found = credential ?? credentialIn(config, at, where);
  if (!found) throw registryErrors.credsNoEntry(at.host, where, keysOf(config));
  return found;
}

function keysOf({ auths, credHelpers }: DockerConfig): string[] {
  return [...new Set([...Object.keys(auths), ...Object.keys(credHelpers)])].sort();
}

const helperAnswer = z.object({ Username: z.string(), Secret: z.string().min(1) });

/** Undefined when the helper knows nothing of the host; it then says so on stdout and exits 1. */
async function askHelper(
  helper: string,
  host: string,
  { signal }: Operation,
): Promise<Credential | undefined> {
  const input = keyOfHost(host);
  try {
    const { stdout, exitCode } = await run([helper, 'get'], {
      input,
      signal,
      timeoutMs: 30_000,
      okCodes: [0, 1],
      env: childEnv({}, helperVariables),
    });
    if (exitCode === 1 && /credentials not found/i.test(stdout)) return undefined;
    if (exitCode === 1) throw new Error(stdout.trim() || 'exited 1 without a word');
    const { Username, Secret } = helperAnswer.parse(JSON.parse(stdout));
    // "<token>" as the user name says that the secret is an identity token (docker-credential-helpers).
    return Username === '<token>'
      ? { username: Username, identityToken: Secret }
      : { username: Username, password: Secret };
  } catch (cause) {
    signal?.throwIfAborted();
    const parsed = cause instanceof SyntaxError || cause instanceof z.ZodError;
    const reason = parsed
      ? new Error('its answer is not what a credential helper gives')
      : new Error(messageOf(cause));
    throw registryErrors.credsHelperFailed(helper, host, reason);
  }
}

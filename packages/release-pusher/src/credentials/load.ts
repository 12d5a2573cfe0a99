import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnv, messageOf, type Operation, run } from '@istio-ci/kit';
import { z } from 'zod';
import { releaseErrors } from '../errors.ts';
import { anonymous, type Credential, type CredentialSource, type Credentials } from './credential.ts';
import { credentialIn, type DockerConfig, helperFor, keyOfHost, parseDockerConfig } from './docker-config.ts';

/**
 * Where the environment says that push credentials are: a path given by hand, REGISTRY_CREDENTIALS (a file, as
 * Jenkins binds it), REGISTRY_USERNAME with REGISTRY_PASSWORD, DOCKER_AUTH_CONFIG, DOCKER_CONFIG, else none. Pure.
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
 * The credentials for `hosts`, and no others.
 * @throws {CiError} CREDS_MISSING, CREDS_MALFORMED, CREDS_NO_ENTRY (naming the keys there are), CREDS_HELPER_FAILED
 */
export async function loadCredentials(
  source: CredentialSource,
  hosts: readonly string[],
  operation: Operation = {},
): Promise<Credentials> {
  switch (source.kind) {
    case 'none':
      return anonymous;
    case 'environment': {
      const { username, password } = source;
      return {
        source: 'REGISTRY_USERNAME and REGISTRY_PASSWORD',
        byHost: new Map(hosts.map((host) => [host, { username, password }])),
      };
    }
    case 'json':
      return pick(
        parseDockerConfig(source.text, 'DOCKER_AUTH_CONFIG'),
        hosts,
        'DOCKER_AUTH_CONFIG',
        operation,
      );
    case 'file': {
      const file = await configFile(source.path);
      await warnIfOpen(file, operation);
      const config = parseDockerConfig(await read(file), file);
      return pick(config, hosts, file, operation);
    }
  }
}

async function configFile(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw releaseErrors.credsMissing(path, cause);
  });
  if (!found.isDirectory()) return path;
  const names = ['config.json', '.dockercfg'].map((name) => join(path, name));
  return names.find((name) => existsSync(name)) ?? join(path, 'config.json');
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw releaseErrors.credsMissing(file, cause);
  });
}

async function warnIfOpen(file: string, { progress }: Operation): Promise<void> {
  const mode = (await stat(file).catch(() => undefined))?.mode ?? 0;
  if ((mode & 0o077) !== 0) progress?.(`warning: others on this machine can read ${file}; chmod 600 it`);
}

async function pick(config: DockerConfig, hosts: readonly string[], where: string, operation: Operation) {
  const byHost = new Map<string, Credential>();
  for (const host of hosts) byHost.set(host, await credentialFor(config, host, where, operation));
  return { source: where, byHost };
}

async function credentialFor(config: DockerConfig, host: string, where: string, operation: Operation) {
  const helper = helperFor(config, host);
  const credential = helper === undefined ? undefined : await askHelper(helper, host, operation);
  const found = credential ?? credentialIn(config, host, where);
  if (!found) throw releaseErrors.credsNoEntry(host, where, keysOf(config));
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
      env: childEnv({}, ['DBUS_SESSION_BUS_ADDRESS', 'PASSWORD_STORE_DIR', 'GNUPGHOME']),
    });
    if (exitCode === 1 && /credentials not found/i.test(stdout)) return undefined;
    if (exitCode === 1) throw new Error(stdout.trim() || 'exited 1 without a word');
    const { Username, Secret } = helperAnswer.parse(JSON.parse(stdout));
    // "<token>" as the user name says that the secret is an identity token (release.md E).
    return Username === '<token>'
      ? { username: Username, identityToken: Secret }
      : { username: Username, password: Secret };
  } catch (cause) {
    signal?.throwIfAborted();
    const parsed = cause instanceof SyntaxError || cause instanceof z.ZodError;
    const reason = parsed
      ? new Error('its answer is not what a credential helper gives')
      : new Error(messageOf(cause));
    throw releaseErrors.credsHelperFailed(helper, host, reason);
  }
}

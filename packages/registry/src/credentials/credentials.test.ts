import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CredentialSource } from './credential.ts';
import { credentialSource, loadCredentials } from './load.ts';

const auth = Buffer.from('robot:hunter2:x').toString('base64');
const robot = { username: 'robot', password: 'hunter2:x' };
let folder: string;
const pathBefore = process.env.PATH;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-pusher-creds-'));
});
afterEach(async () => {
  process.env.PATH = pathBefore;
  await rm(folder, { recursive: true });
});

const file = async (content: unknown, name = 'config.json'): Promise<CredentialSource> => {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return { kind: 'file', path };
};
const hub = (host: string, path = 'acme') => ({ host, path });
const load = async (source: CredentialSource | Promise<CredentialSource>, host = 'quay.io') =>
  (await loadCredentials(await source, [{ host, path: 'acme' }])).byHost.get(host);

describe('where credentials come from', () => {
  it.each([
    ['a path given by hand', {}, '/x', { kind: 'file', path: '/x' }],
    [
      "Jenkins' file binding",
      { REGISTRY_CREDENTIALS: '/j', DOCKER_CONFIG: '/d' },
      undefined,
      { kind: 'file', path: '/j' },
    ],
    ['a folder of docker', { DOCKER_CONFIG: '/d' }, undefined, { kind: 'file', path: '/d' }],
    ['the text of a config.json', { DOCKER_AUTH_CONFIG: '{}' }, undefined, { kind: 'json', text: '{}' }],
    [
      'name and password',
      { REGISTRY_USERNAME: 'u', REGISTRY_PASSWORD: 'p' },
      undefined,
      { kind: 'environment', username: 'u', password: 'p' },
    ],
    ['nothing', { REGISTRY_USERNAME: 'u' }, undefined, { kind: 'none' }],
  ])('is %s', (_, env, path, source) => expect(credentialSource(env, path)).toEqual(source));
});

describe('credentials from the environment', () => {
  it('are a name and a password for every hub', async () => {
    const source = credentialSource({ REGISTRY_USERNAME: 'robot', REGISTRY_PASSWORD: 'hunter2:x' });
    const { byHost, source: where } = await loadCredentials(source, [hub('quay.io'), hub('gcr.io')]);
    expect([...byHost]).toEqual([
      ['quay.io', robot],
      ['gcr.io', robot],
    ]);
    expect(where).toBe('REGISTRY_USERNAME and REGISTRY_PASSWORD');
  });

  it('are the text of a config.json', async () =>
    expect(
      await load(
        credentialSource({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'quay.io': { auth } } }) }),
      ),
    ).toEqual(robot));

  it('are the file that Jenkins binds', async () => {
    const { path } = (await file({ auths: { 'quay.io': { auth } } }, 'bound-by-jenkins')) as { path: string };
    expect(await load(credentialSource({ REGISTRY_CREDENTIALS: path }))).toEqual(robot);
  });

  it('are in the folder of docker', async () => {
    await file({ auths: { 'quay.io': { auth } } });
    expect(await load(credentialSource({ DOCKER_CONFIG: folder }))).toEqual(robot);
  });
});

describe('credentials for a registry of the session', () => {
  const user = { username: 'istio-ci', password: 'made-for-this-run' };
  const own = 'registry:5000';

  it('are a new user there, and the given ones for other hubs', async () => {
    const others = await file({ auths: { 'quay.io': { auth } } });
    const hubs = [hub(own), hub('quay.io')];
    const { byHost, source } = await loadCredentials(
      { kind: 'session', users: { [own]: user }, others },
      hubs,
    );
    expect([...byHost]).toEqual([
      [own, user],
      ['quay.io', robot],
    ]);
    expect(source).toBe(`${join(folder, 'config.json')} and the session's registry`);
  });

  it('are none if it has no users and none are given', async () => {
    const others = await file({ auths: { 'quay.io': { auth } } });
    const source: CredentialSource = { kind: 'session', users: { [own]: undefined }, others };
    expect((await loadCredentials(source, [hub(own)])).byHost.size).toBe(0);
    await expect(loadCredentials(source, [hub('gcr.io')])).rejects.toMatchObject({ code: 'CREDS_NO_ENTRY' });
  });
});

describe('a credentials file', () => {
  it('is a config.json', async () =>
    expect(await load(file({ auths: { 'quay.io': { auth } } }))).toEqual(robot));
  it('is a legacy .dockercfg', async () =>
    expect(await load(file({ 'https://quay.io': { auth, email: '' } }, '.dockercfg'))).toEqual(robot));
  it('is a folder with one', async () => {
    await file({ 'quay.io': { auth } }, '.dockercfg');
    expect(await load({ kind: 'file', path: folder })).toEqual(robot);
  });

  it.each(['quay.io', 'https://quay.io', 'https://quay.io/', 'https://quay.io/v2/', 'QUAY.io'])(
    'is found under the key %s',
    async (key) => expect(await load(file({ auths: { [key]: { auth } } }))).toEqual(robot),
  );

  it("has Docker Hub's key under its old name", async () => {
    expect(await load(file({ auths: { 'https://index.docker.io/v1/': { auth } } }), 'docker.io')).toEqual(
      robot,
    );
  });

  it.each([
    [['quay.io', 'quay.io/acme', 'quay.io/acme/tools', 'quay.io/other'], ['acme'], 'quay.io/acme'],
    [['quay.io', 'quay.io/acme/tools'], ['acme/tools', 'acme/toolsets'], 'quay.io'],
    [['quay.io', 'quay.io/other'], ['acme'], 'quay.io'],
    [['quay.io/acme', 'https://quay.io/v2/'], ['acme', 'mirror'], 'https://quay.io/v2/'],
  ])('with keys %j opens %j with that of %s', async (keys, paths, used) => {
    const auths = Object.fromEntries(keys.map((key) => [key, { username: key, password: 'p' }]));
    const source = await file({ auths });
    const { byHost } = await loadCredentials(
      source,
      paths.map((path) => hub('quay.io', path)),
    );
    expect(byHost.get('quay.io')).toEqual({ username: used, password: 'p' });
  });

  it('has nothing for a hub in the entry of another path', async () => {
    await expect(load(file({ auths: { 'quay.io/other': { auth } } }))).rejects.toMatchObject({
      code: 'CREDS_NO_ENTRY',
      message: expect.stringContaining('no entry for quay.io, only for quay.io/other.'),
    });
  });

  it('may have an identity token', async () => {
    const entry = { auth: Buffer.from('robot:').toString('base64'), identitytoken: 'refresh' };
    expect(await load(file({ auths: { 'quay.io': entry } }))).toEqual({
      username: 'robot',
      identityToken: 'refresh',
    });
  });

  it('that is missing is reported before anything is built', async () => {
    await expect(load({ kind: 'file', path: join(folder, 'none') })).rejects.toMatchObject({
      code: 'CREDS_MISSING',
      exitCode: 2,
    });
  });

  it.each([
    'not json hunter2',
    '[]',
    '{"auths":{"quay.io":{"auth":"aHVudGVyMg=="}}}',
    '{"auths":{"quay.io":{"auth":5}}}',
  ])('that is malformed is reported without its content: %s', async (text) => {
    const error = await load(file(text)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CREDS_MALFORMED', exitCode: 2 });
    expect(String(error)).not.toContain('hunter2');
  });

  it('without an entry for the hub names the ones it has', async () => {
    await expect(load(file({ auths: { 'gcr.io': { auth }, 'ghcr.io': { auth } } }))).rejects.toMatchObject({
      code: 'CREDS_NO_ENTRY',
      message: expect.stringContaining('no entry for quay.io, only for gcr.io, ghcr.io.'),
    });
  });

  it('that others can read causes a warning', async () => {
    const source = await file({ auths: { 'quay.io': { auth } } });
    await chmod(join(folder, 'config.json'), 0o644);
    const said: string[] = [];
    await loadCredentials(source, [hub('quay.io')], { progress: (message) => said.push(message) });
    expect(said).toEqual([expect.stringContaining('chmod 600')]);
  });
});

describe('a credential helper', () => {
  const helper = async (script: string, config: object = { credHelpers: { 'quay.io': 'test' } }) => {
    await writeFile(join(folder, 'docker-credential-test'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env.PATH = `${folder}:${pathBefore}`;
    return file(config);
  };

  it("may be the store for every host, which knows Docker Hub by docker's own key", async () => {
    const source = await helper(`read host; echo '{"Username":"'$host'","Secret":"s"}'`, {
      credsStore: 'test',
    });
    const hub = 'https://index.docker.io/v1/';
    expect(await load(source, 'docker.io')).toEqual({ username: hub, password: 's' });
  });

  it('is asked for the host on stdin', async () => {
    const source = await helper(`read host; echo '{"ServerURL":"x","Username":"'$host'","Secret":"s"}'`);
    expect(await load(source)).toEqual({ username: 'quay.io', password: 's' });
  });

  it('may answer with an identity token', async () => {
    const source = await helper(`echo '{"Username":"<token>","Secret":"refresh"}'`);
    expect(await load(source)).toEqual({ username: '<token>', identityToken: 'refresh' });
  });

  it('has the identity that a cloud gave the worker, and nothing else of its environment', async () => {
    Object.assign(process.env, { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_FOO: 'x', ISTIO_CI_SECRET: 'y' });
    try {
      const source = await helper(
        `echo '{"Username":"u","Secret":"'$AWS_WEB_IDENTITY_TOKEN_FILE$AWS_FOO$ISTIO_CI_SECRET'"}'`,
      );
      expect(await load(source)).toEqual({ username: 'u', password: '/token' });
    } finally {
      for (const name of ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_FOO', 'ISTIO_CI_SECRET'])
        delete process.env[name];
    }
  });

  it('that fails is an error, not "no credentials"', async () => {
    await expect(load(helper('echo the vault is locked; exit 1'))).rejects.toMatchObject({
      code: 'CREDS_HELPER_FAILED',
    });
  });

  it('that knows nothing leaves the question to the file', async () => {
    await expect(load(helper('echo credentials not found in native keychain; exit 1'))).rejects.toMatchObject(
      {
        code: 'CREDS_NO_ENTRY',
      },
    );
  });

  it('that says nonsense is an error that does not repeat it', async () => {
    const error = await load(helper('echo hunter2')).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CREDS_HELPER_FAILED' });
    expect(String((error as Error).cause)).not.toContain('hunter2');
  });
});

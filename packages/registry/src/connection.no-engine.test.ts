import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../test/fault-proxy.ts';
import { makeCertificate, type RegistryServer, startRegistry } from '../test/registry-server.ts';
import { plainConnection, uploadImage, uploadIndex } from '../test/test-images.ts';
import { startTokenServer } from '../test/token-server.ts';
import { getManifest, headManifest, imageFacts, listTags, nextPage } from './client.ts';
import { RegistryConnection } from './connection.ts';
import { copyImage } from './copy.ts';

const account = { username: 'robot', password: 'hunter2/Very+Secret' };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-pusher-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const as = (server: { host: string }, credential: { username: string; password: string } | undefined) =>
  new RegistryConnection(
    { insecureHosts: [server.host], retryDelaysMs: [0, 0, 0, 0] },
    { source: 'robot.json', byHost: new Map(credential ? [[server.host, credential]] : []) },
  );

describe('a registry behind faults', () => {
  let server: RegistryServer;
  let proxy: FaultProxy;
  let registry: RegistryConnection;
  let digest: string;
  const at = () => ({ host: proxy.host, path: 'acme/pilot' });
  beforeAll(async () => {
    server = await startRegistry();
    proxy = await startFaultProxy(server.url);
    registry = plainConnection(proxy.host);
    digest = await uploadImage(registry, at(), 'one', '1.0.0');
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it.each(['too-many', 'error', 'cut-before', 'cut-after', 'cut-body'] as const)(
    'is asked again after %s',
    async (fault) => {
      proxy.use(({ number }) => (number === 1 ? fault : 'none'));
      expect((await getManifest(registry, at(), '1.0.0')).digest).toBe(digest);
      expect(proxy.log).toHaveLength(2);
    },
  );

  it('is given up after the last attempt', async () => {
    proxy.use(() => 'error');
    await expect(headManifest(registry, at(), '1.0.0')).rejects.toMatchObject({
      code: 'PUSH_UNAVAILABLE',
      exitCode: 6,
    });
    expect(proxy.log).toHaveLength(5);
  });

  it('has no digest for a tag that is not there', async () => {
    proxy.use(() => 'none');
    expect(await headManifest(registry, at(), '9.9.9')).toBeUndefined();
  });

  it('is reached under another address than its name', async () => {
    const named = new RegistryConnection(
      { insecureHosts: ['registry:5000'], resolveHost: () => server.url },
      { source: 'none', byHost: new Map() },
    );
    expect(await headManifest(named, { host: 'registry:5000', path: 'acme/pilot' }, '1.0.0')).toBe(digest);
  });

  it('is not spoken to over plain HTTP unless it is listed', async () => {
    const strict = new RegistryConnection(
      { resolveHost: () => server.url },
      { source: '', byHost: new Map() },
    );
    await expect(headManifest(strict, at(), '1.0.0')).rejects.toMatchObject({
      code: 'REGISTRY_INSECURE',
      exitCode: 2,
    });
  });

  it('lists all its tags', async () => {
    proxy.use(() => 'none');
    const many = { ...at(), path: 'acme/many' };
    for (let index = 0; index < 5; index += 1) await uploadImage(registry, many, 'same', `t${index}`);
    expect((await listTags(registry, many)).sort()).toEqual(['t0', 't1', 't2', 't3', 't4']);
    expect(await listTags(registry, { ...at(), path: 'acme/none' })).toEqual([]);
  });

  it('reports when an image was made, and from which revision', async () => {
    proxy.use(() => 'none');
    expect(await imageFacts(registry, at(), await getManifest(registry, at(), digest))).toMatchObject({
      created: '2026-01-02T03:04:05Z',
      revision: 'revision of one',
    });
  });

  it('carries an index with its platforms and attestation to another repository', async () => {
    proxy.use(({ number }) => (number % 5 === 0 ? 'cut-after' : 'none'));
    const to = { ...at(), path: 'other/pilot' };
    const index = await uploadIndex(
      plainConnection(server.host),
      { ...at(), host: server.host },
      'many',
      'index',
    );
    await copyImage(registry, at(), to, index);
    expect((await getManifest(registry, to, index)).digest).toBe(index);
    proxy.use(() => 'none');
    await copyImage(registry, at(), to, index);
    expect(proxy.log).toHaveLength(1);
  });

  it('carries an image to another registry', async () => {
    await using second = await startRegistry();
    proxy.use(({ number }) => (number % 3 === 0 ? 'cut-body' : 'none'));
    const both = plainConnection(proxy.host, second.host);
    const to = { host: second.host, path: 'acme/pilot' };
    await copyImage(both, at(), to, digest);
    expect((await getManifest(both, to, digest)).digest).toBe(digest);
  });
});

describe('nextPage', () => {
  it('follows a link to the next tags, relative or not', () => {
    expect(nextPage('</v2/acme/pilot/tags/list?last=b&n=2>; rel="next"')).toBe('tags/list?last=b&n=2');
    expect(nextPage('<https://x/v2/acme/pilot/tags/list?n=2>; rel=next')).toBe('tags/list?n=2');
  });
  it('ends without one', () => expect(nextPage(undefined)).toBeUndefined());
});

describe('a registry that asks for a password, over TLS', () => {
  let server: RegistryServer;
  const before = getCACertificates('default');
  beforeAll(async () => {
    const tls = await makeCertificate(folder);
    setDefaultCACertificates([...before, await readFile(tls.certificate, 'utf8')]);
    server = await startRegistry({ htpasswd: account, tls });
  });
  afterAll(async () => {
    setDefaultCACertificates(before);
    await server[Symbol.asyncDispose]();
  });
  const secure = (credential?: typeof account) =>
    new RegistryConnection(
      {},
      { source: 'robot.json', byHost: new Map(credential ? [[server.host, credential]] : []) },
    );
  const at = () => ({ host: server.host, path: 'acme/pilot' });

  it('lets the right one in', async () => {
    await secure(account).checkAccess(at());
    await uploadImage(secure(account), at(), 'one', '1.0.0');
  });

  it('denies the wrong one at once, naming all but the password', async () => {
    const wrong = secure({ ...account, password: 'not-it' });
    const error = await wrong.checkAccess(at()).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'PUSH_DENIED',
      exitCode: 6,
      message: expect.stringMatching(/denies push to acme\/pilot with the credentials from robot.json: 401/),
    });
    expect(String(error)).not.toContain('not-it');
  });

  it('says so when there is none', async () => {
    await expect(secure().checkAccess(at())).rejects.toThrow('without credentials: it asks for a password');
  });
});

describe('a registry that issues tokens', () => {
  const start = async (actions: string[], oneScope = false) => {
    const tokens = await startTokenServer({ folder, ...account, actions, oneScope });
    const server = await startRegistry({ token: tokens });
    return { tokens, server, at: { host: server.host, path: 'acme/pilot' } };
  };

  it.each([
    ['mounts', 'gives a token for both repositories', false, 'POST'],
    ['sends', 'gives tokens for one repository alone', true, 'PUT'],
  ])('%s the blobs of another hub where it %s', async (_, __, oneScope, method) => {
    const { tokens, server, at } = await start(['pull', 'push'], oneScope);
    await using proxy = await startFaultProxy(server.url);
    const digest = await uploadIndex(as(server, account), at, 'two', '1.0.0');
    const registry = as(proxy, account);
    const from = { host: proxy.host, path: at.path };
    const to = { host: proxy.host, path: 'mirror/pilot' };
    await copyImage(registry, from, to, digest);
    expect(await headManifest(registry, to, digest)).toBe(digest);
    expect(tokens.scopes).toContain('repository:mirror/pilot:pull,push repository:acme/pilot:pull');
    const uploads = proxy.log.filter((line) => line.includes('/blobs/uploads/') && line.startsWith('PUT'));
    expect(uploads.length > 0).toBe(method === 'PUT');
    await server[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
  });

  it('is asked for a token with push scope, once for many requests', async () => {
    const { tokens, server, at } = await start(['pull', 'push']);
    const registry = as(server, account);
    await registry.checkAccess(at);
    await uploadImage(registry, at, 'one', '1.0.0');
    expect(tokens.scopes).toEqual(['repository:acme/pilot:pull,push']);
    await server[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
  });

  it('shows before the first byte that the account may not push', async () => {
    const { tokens, server, at } = await start(['pull']);
    await expect(as(server, account).checkAccess(at)).rejects.toThrow(
      'the token it gave does not allow that',
    );
    await server[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
  });

  it('denies a wrong password', async () => {
    const { tokens, server, at } = await start(['pull', 'push']);
    const wrong = as(server, { ...account, password: 'not-it' });
    await expect(wrong.checkAccess(at)).rejects.toMatchObject({ code: 'PUSH_DENIED' });
    await server[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
  });
});

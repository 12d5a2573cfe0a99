import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { listen, makeCertificate, type RegistryServer, startRegistry } from '../test/registry-server.ts';
import { uploadImage } from '../test/test-images.ts';
import { headManifest } from './client.ts';
import { RegistryConnection } from './connection.ts';
import { anonymous } from './credentials/credential.ts';

const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'];
const before = { ca: getCACertificates('default'), env: { ...process.env } };
let folder: string;
let server: RegistryServer;
/** What the proxy was asked to connect to. */
const asked: string[] = [];
const proxy = createServer();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-pusher-proxy-'));
  const tls = await makeCertificate(folder, 'registry-1.docker.io');
  setDefaultCACertificates([...before.ca, await readFile(tls.certificate, 'utf8')]);
  server = await startRegistry({ tls });
  // Every connection ends at this registry.
  proxy.on('connect', ({ url }, client) => {
    asked.push(url ?? '');
    const there = connect(server.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(client).pipe(there);
    });
    there.on('error', () => client.destroy());
    client.on('error', () => there.destroy());
  });
  for (const name of variables) delete process.env[name];
  process.env.HTTPS_PROXY = `http://127.0.0.1:${await listen(proxy)}`;
});
afterEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  setDefaultCACertificates(before.ca);
  for (const name of variables) delete process.env[name];
  Object.assign(process.env, before.env);
  proxy.closeAllConnections();
  proxy.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const connection = () => new RegistryConnection({ retryDelaysMs: [0] }, anonymous);

it('Docker Hub is reached through the proxy that HTTPS_PROXY names, at its own address', async () => {
  const hub = { host: 'docker.io', path: 'acme/pilot' };
  const digest = await uploadImage(connection(), hub, 'one', '1.0.0');
  expect(await headManifest(connection(), hub, '1.0.0')).toBe(digest);
  expect(new Set(asked)).toEqual(new Set(['registry-1.docker.io:443']));
});

it('a registry on this machine is reached past the proxy', async () => {
  expect(
    await headManifest(connection(), { host: server.host, path: 'acme/other' }, '1.0.0'),
  ).toBeUndefined();
  expect(asked).toEqual([]);
});

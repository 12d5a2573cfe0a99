import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { createHttp } from './client.ts';

const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'];
const before = { ...process.env };
let folder: string;
let certificate: string;
let secure: Server;
let proxy: Server;
const proxied: string[] = [];

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listen = async (server: Server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

beforeAll(async () => {
  for (const name of variables) delete process.env[name];
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-http-'));
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=mirror.test', '-addext', 'subjectAltName=DNS:mirror.test,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  await run(['openssl', 'req', '-x509', ...curve, '-keyout', key, '-out', file, ...names]);
  certificate = await readFile(file, 'utf8');
  secure = await listen(
    createTlsServer({ cert: certificate, key: await readFile(key) }, ({ url }, response) =>
      url === '/down'
        ? response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
        : response.end('over TLS'),
    ),
  );
  const server = createServer(({ url }, response) => {
    proxied.push(url ?? '');
    response.end('by the proxy');
  });
  server.on('connect', ({ url }, socket) => {
    proxied.push(`CONNECT ${url}`);
    if (url?.startsWith('mute.test')) return;
    const upstream = connect(portOf(secure), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  proxy = await listen(server);
});
afterEach(() => {
  for (const name of variables) delete process.env[name];
  proxied.length = 0;
});
afterAll(async () => {
  for (const server of [secure, proxy]) {
    server.closeAllConnections();
    server.close();
  }
  Object.assign(process.env, before);
  await rm(folder, { recursive: true });
});

const read = async (url: string, ca?: string, stallMs = 5000) =>
  (await createHttp({ ca, stallMs })(url)).text();

describe('TLS', () => {
  it('trusts the given authority, and fails for good without it', async () => {
    const url = `https://127.0.0.1:${portOf(secure)}/`;
    expect(await read(url, certificate)).toBe('over TLS');
    await expect(read(url)).rejects.toMatchObject({
      permanent: true,
      message: expect.stringContaining('self-signed certificate'),
    });
  });

  it('is not left by a redirect', async () => {
    const url = `https://127.0.0.1:${portOf(secure)}/down`;
    await expect(read(url, certificate)).rejects.toThrow('redirected from https: to http:');
  });
});

describe('a proxy of the environment', () => {
  it('passes TLS on end to end', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    expect(await read('https://mirror.test/x', certificate)).toBe('over TLS');
    expect(proxied).toEqual(['CONNECT mirror.test:443']);
  });

  it('is asked for plain HTTP itself, without a tunnel', async () => {
    process.env.HTTP_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    expect(await read('http://mirror.test/y')).toBe('by the proxy');
    expect(proxied).toEqual(['http://mirror.test/y']);
  });

  it('may not be silent for longer than any other server', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    await expect(read('https://mute.test/', certificate, 200)).rejects.toThrow('silent for 0.2 s');
  });

  it('can be given up while it is silent', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped by hand')), 50);
    const http = createHttp({ ca: certificate, stallMs: 20_000 });
    await expect(http('https://mute.test/', { signal: stop.signal })).rejects.toThrow('stopped by hand');
  });
});

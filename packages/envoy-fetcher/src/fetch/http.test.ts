import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@istio-ci/kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpClient } from './http.ts';

const signal = new AbortController().signal;
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
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-http-'));
  certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const names = ['-subj', '/CN=mirror.test', '-addext', 'subjectAltName=DNS:mirror.test,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  await run(['openssl', 'req', '-x509', ...curve, '-keyout', key, '-out', certificate, ...names]);
  const pair = { cert: await readFile(certificate), key: await readFile(key) };
  secure = await listen(createTlsServer(pair, (_, response) => response.end('over TLS')));
  const server = createServer((request, response) => {
    proxied.push(request.url ?? '');
    forward(request.url ?? '', (answer) => answer.pipe(response)).end();
  });
  server.on('connect', (request, socket) => {
    proxied.push(`CONNECT ${request.url}`);
    const upstream = connect(portOf(secure), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  proxy = await listen(server);
});
afterAll(async () => {
  for (const server of [secure, proxy]) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});
afterEach(() => {
  delete process.env.HTTPS_PROXY;
  delete process.env.HTTP_PROXY;
});

const body = async (url: string, extraCa?: string) => {
  const get = await httpClient({ extraCa, stallMs: 5000 });
  return Buffer.concat(await Array.fromAsync(await get(url, {}, signal))).toString();
};

describe('httpClient', () => {
  it('trusts the extra CA, and nobody without it', async () => {
    const url = `https://127.0.0.1:${portOf(secure)}/`;
    expect(new X509Certificate(await readFile(certificate)).checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(await body(url, certificate)).toBe('over TLS');
    await expect(body(url)).rejects.toThrow(/self-signed certificate/);
  });

  it('goes through the proxies of the environment, with TLS end to end', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    expect(await body('https://mirror.test/x', certificate)).toBe('over TLS');
    expect(proxied).toContain('CONNECT mirror.test:443');
    const plain = await listen(createServer((_, response) => response.end('plain')));
    process.env.HTTP_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    expect(await body(`http://127.0.0.1:${portOf(plain)}/y`)).toBe('plain');
    expect(proxied).toContain(`http://127.0.0.1:${portOf(plain)}/y`);
    plain.closeAllConnections();
    plain.close();
  });

  it('does not let a redirect lead from TLS to plain HTTP', async () => {
    const { cert, key } = { cert: await readFile(certificate), key: await readFile(join(folder, 'key.pem')) };
    const downgrade = createTlsServer({ cert, key }, (_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    const url = `https://127.0.0.1:${portOf(await listen(downgrade))}/`;
    await expect(body(url, certificate)).rejects.toThrow('redirected from https: to http:');
    downgrade.closeAllConnections();
    downgrade.close();
  });

  it('says which CA file it cannot read', async () => {
    await expect(httpClient({ extraCa: join(folder, 'none.pem'), stallMs: 1 })).rejects.toMatchObject({
      code: 'ENVOY_CA_UNREADABLE',
      exitCode: 2,
    });
  });

  it('refuses an extra CA file that holds no certificate', async () => {
    const empty = join(folder, 'empty.pem');
    await writeFile(empty, 'nothing\n');
    await expect(httpClient({ extraCa: empty, stallMs: 1 })).rejects.toMatchObject({
      code: 'ENVOY_CA_UNREADABLE',
    });
  });
});

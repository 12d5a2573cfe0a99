import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildImages, connectEngine, execIn, type ImageName } from '../src/index.ts';

const engine = connectEngine();

/** A container of one of our images, with its port published on this machine's loopback. */
class Server implements AsyncDisposable {
  readonly container: Docker.Container;
  url = '';

  private constructor(container: Docker.Container) {
    this.container = container;
  }

  static async start(name: ImageName, port: number): Promise<Server> {
    const built = await buildImages([name], { engine });
    const server = new Server(
      await engine.createContainer({
        Image: built.find((image) => image.name === name)?.ref ?? '',
        ExposedPorts: { [`${port}/tcp`]: {} },
        HostConfig: { PortBindings: { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] } },
      }),
    );
    try {
      await server.container.start();
      const { Ports } = (await server.container.inspect()).NetworkSettings;
      server.url = `http://127.0.0.1:${Ports[`${port}/tcp`]?.[0]?.HostPort}`;
      await vi.waitUntil(() => answers(server.url), { timeout: 30_000 });
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.container.remove({ force: true, v: true });
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

describe('demo-registry', () => {
  let registry: Server;

  beforeAll(async () => {
    registry = await Server.start('demo-registry', 5000);
  });

  afterAll(() => registry?.[Symbol.asyncDispose]());

  const login = async (user: string, password: string) => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return (await fetch(`${registry.url}/v2/`, { headers: { authorization } })).status;
  };

  it('lets nobody in before a user is written, not even the user that the registry would invent', async () => {
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(401);
    expect(await login('docker', 'docker')).toBe(401);
    const passwords = await execIn(registry.container, ['cat', '/auth/htpasswd']);
    expect(passwords.stdout).toBe('');
  });

  it('takes a new user up without a restart', async () => {
    const write = ['htpasswd', '-iB', '-c', '/auth/htpasswd', 'pusher'];
    expect((await execIn(registry.container, write, { input: 'secret\n' })).exitCode).toBe(0);
    expect(await login('pusher', 'secret')).toBe(200);
    expect(await login('pusher', 'wrong')).toBe(401);
  });
});

describe('demo-mirror', () => {
  const revision = '9e5580933739775e8bce696a57a2e1bc99368f23';
  let mirror: Server;

  beforeAll(async () => {
    mirror = await Server.start('demo-mirror', 8080);
  });

  afterAll(() => mirror?.[Symbol.asyncDispose]());

  const get = (file: string, headers: Record<string, string> = {}) =>
    fetch(`${mirror.url}/istio-build/proxy/${file}`, { headers });

  it.each(['alpha', 'debug'])('has the %s archive, with the digest that is beside it', async (flavour) => {
    const archive = Buffer.from(await (await get(`envoy-${flavour}-${revision}.tar.gz`)).arrayBuffer());
    const beside = await (await get(`envoy-${flavour}-${revision}.sha256`)).text();
    expect(beside).toMatch(/^[0-9a-f]{64} +\/\S+\n$/);
    expect(createHash('sha256').update(archive).digest('hex')).toBe(beside.slice(0, 64));
  });

  it('has one member in it, an executable of root', async () => {
    const archive = Buffer.from(await (await get(`envoy-alpha-${revision}.tar.gz`)).arrayBuffer());
    const gunzip = createGunzip();
    gunzip.end(archive);
    const members: unknown[] = [];
    for await (const entry of gunzip.pipe(extract())) {
      const { name, mode, uid, gid, type } = entry.header;
      members.push([name, type, mode, uid, gid, (await buffer(entry)).subarray(1, 4).toString()]);
    }
    expect(members).toEqual([['usr/local/bin/envoy', 'file', 0o755, 0, 0, 'ELF']]);
  });

  it('resumes an interrupted download', async () => {
    const part = await get(`envoy-alpha-${revision}.tar.gz`, { range: 'bytes=0-1' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from([0x1f, 0x8b]));
  });

  it('answers 404 for a revision that it does not have', async () => {
    expect((await get(`envoy-alpha-${'0'.repeat(40)}.tar.gz`)).status).toBe(404);
  });
});

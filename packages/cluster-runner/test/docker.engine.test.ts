import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '@istio-ci/image-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dockerClient,
  downSession,
  openDockerSocket,
  runInSession,
  type Session,
  upSession,
  writeDockerCertificates,
} from '../src/index.ts';
import { engine, image, newName, place } from './harness.ts';

/** The ports of a session's cluster that the host has, as `host:port in the container`. */
async function publishedBy(session: Session): Promise<string[]> {
  const { NetworkSettings } = await engine.getContainer(session.container).inspect();
  return Object.entries(NetworkSettings.Ports as Record<string, { HostIp: string }[] | null>)
    .flatMap(([port, bindings]) => (bindings ?? []).map(({ HostIp }) => `${HostIp}:${port}`))
    .toSorted();
}

/** Runs a line of shell in a container on the session's network that has what docker needs there. */
async function beside(session: Session, script: string) {
  const { env, files } = await dockerClient(place, session);
  const lines: string[] = [];
  const { exitCode } = await runInSession(place, session, {
    image,
    user: '1000:1000',
    command: ['sh', '-c', script],
    env: { ...env, PATH: '/usr/bin:/bin', HOME: '/tmp' },
    files,
    onLine: (line) => lines.push(line),
  });
  return { exitCode, lines };
}

const answers = "docker version --format '{{.Server.Os}}'";

describe("a session's Docker", () => {
  const name = newName();
  let session: Session;
  beforeAll(async () => {
    session = await upSession({ place, image, name, leaseSeconds: 600 });
  });
  afterAll(() => downSession(place, name));

  it('is not on the host', async () => {
    expect(await publishedBy(session)).toEqual(['127.0.0.1:8443/tcp']);
    expect(session.dockerHost).toBeUndefined();
  });

  it("answers on the session's network", async () => {
    expect(await beside(session, answers)).toEqual({ exitCode: 0, lines: ['linux'] });
  });

  it('is reached from here through a socket of this user, which goes with its use', async () => {
    const socket = await openDockerSocket(place, session);
    const inner = connectEngine({ socketPath: socket.path });
    const [version, images] = await Promise.all([inner.version(), inner.listImages()]);
    expect([version.Os, images.length > 0]).toEqual(['linux', true]);
    expect((await stat(join(socket.path, '..'))).mode & 0o777).toBe(0o700);
    await socket[Symbol.asyncDispose]();
    await expect(stat(join(socket.path, '..'))).rejects.toThrow('ENOENT');
  });

  it('refuses a connection that its container does not serve any more', async () => {
    await using socket = await openDockerSocket(place, { ...session, container: 'k8s-none' });
    await expect(connectEngine({ socketPath: socket.path }).ping()).rejects.toThrow();
  });
});

describe("a session's Docker that asks for certificates", () => {
  const name = newName();
  let session: Session;
  let folder: string;
  const pem = (file: string) => readFile(join(folder, file));

  /** The status of the engine's answer, or why there was none. */
  async function asked(certificates: object): Promise<number | string | undefined> {
    const { hostname, port } = new URL(session.dockerHost ?? '');
    const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
    request(
      { hostname, port, path: '/_ping', ca: await pem('ca.pem'), agent: false, ...certificates },
      (answer) => resolve(answer.resume().statusCode),
    )
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      .end();
    return promise;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-certs-'));
    session = await upSession({ place, image, name, leaseSeconds: 600, dockerTls: true });
    await writeDockerCertificates(place, session, folder);
  });
  afterAll(async () => {
    await downSession(place, name);
    await rm(folder, { recursive: true });
  });

  it('writes them for their owner alone', async () => {
    const modes = ['ca.pem', 'cert.pem', 'key.pem'].map(
      async (file) => (await stat(join(folder, file))).mode,
    );
    expect((await Promise.all(modes)).map((mode) => mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  });

  it('is published on loopback, and answers a client that has one', async () => {
    expect(await publishedBy(session)).toEqual(['127.0.0.1:2376/tcp', '127.0.0.1:8443/tcp']);
    expect(await asked({ cert: await pem('cert.pem'), key: await pem('key.pem') })).toBe(200);
  });

  it('refuses everybody else', async () => {
    expect(await asked({})).toBe('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
  });

  it('gives them to a container on its network, and listens to no other there', async () => {
    expect(await beside(session, answers)).toEqual({ exitCode: 0, lines: ['linux'] });
    const plain = 'unset DOCKER_TLS_VERIFY; DOCKER_HOST=tcp://kubernetes:2375 docker version';
    const { exitCode, lines } = await beside(session, `${plain} 2>&1`);
    expect([exitCode, lines.at(-1)]).toEqual([1, expect.stringContaining('Cannot connect')]);
  });

  it('is reached from here without them, through the container', async () => {
    await using socket = await openDockerSocket(place, session);
    expect((await connectEngine({ socketPath: socket.path }).ping()).toString()).toBe('OK');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CiError, sha256 } from '@istio-ci/kit';
import type { EnvoyPin, FetchRequest } from '../src/index.ts';
import { type LyingServer, startLyingServer } from './lying-server.ts';
import { envoyArchive, tinyEnvoy, tinySha } from './tiny-envoy.ts';

/** Waits that are short enough for tests. */
export const hasty = { deadlineMs: 20_000, attempts: 3, backoffMs: 1, stallMs: 200, retryAfterMs: 1000 };

export const tinyPin: EnvoyPin = { name: 'envoy', sha: tinySha, flavour: 'alpha', era: '0.7+' };
export const archiveFile = `envoy-alpha-${tinySha}.tar.gz`;
export const checksumFile = `envoy-alpha-${tinySha}.sha256`;

/** A store, a mirror with the tiny Envoy, and a folder to install to. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly target: string;
  readonly binary: Buffer;
  readonly archive: Buffer;
  readonly server: LyingServer;
  /** A request to the mirror at `/a`, with short waits. */
  readonly request: FetchRequest;
}

/** Puts an archive on a mirror of the server, by default with its checksum file. */
export function publish(server: LyingServer, mirror: string, archive: Buffer, checksum = true): void {
  server.files.set(`/${mirror}/${archiveFile}`, archive);
  // Istio's own checksum file has the path of the build machine.
  const line = Buffer.from(`${sha256(archive)}  /home/builder/${archiveFile}\n`);
  if (checksum) server.files.set(`/${mirror}/${checksumFile}`, line);
}

/** The CiError that a call throws. A call that succeeds or throws anything else fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<CiError> {
  const error = await call.then(
    (value) => new Error(`expected an error, got ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof CiError) return error;
  throw error;
}

export async function setScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-envoy-'));
  const server = await startLyingServer();
  const binary = tinyEnvoy();
  const archive = await envoyArchive(binary);
  publish(server, 'a', archive);
  const request = {
    pin: tinyPin,
    arch: 'amd64' as const,
    mirrors: [`${server.base}/a`],
    store: join(folder, 'store'),
    patience: hasty,
  };
  return {
    folder,
    target: join(folder, 'bin/envoy'),
    binary,
    archive,
    server,
    request,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

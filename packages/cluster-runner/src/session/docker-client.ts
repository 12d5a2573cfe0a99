import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ports } from '../cluster-image.ts';
import { clusterAlias } from '../names.ts';
import type { Place } from '../place/place.ts';
import type { ContainerFile } from '../place/plan.ts';
import type { Session } from '../types.ts';

/**
 * Where the cluster image keeps the files that a client of its engine needs; a builder gets them at the same
 * paths.
 */
const folders = { certificates: '/etc/istio-ci/docker-client', settings: '/etc/istio-ci/docker-settings' };

/** How a container on the session's network reaches the session's engine. */
export interface DockerClient {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
}

/**
 * What `docker` needs in a container on the session's network: the address of the engine, the certificates if
 * it asks for them, and the proxies for builds if the cluster has some (as DOCKER_CONFIG, which a caller may
 * override).
 */
export async function dockerClient(place: Place, session: Session): Promise<DockerClient> {
  const { certificates, settings } = folders;
  const config = await place.files(session, settings);
  const plain = { DOCKER_HOST: `tcp://${clusterAlias}:${ports.docker}` };
  const secured = {
    DOCKER_HOST: `tcp://${clusterAlias}:${ports.dockerTls}`,
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: certificates,
  };
  return {
    env: {
      ...(session.dockerTls ? secured : plain),
      ...(config.length > 0 ? { DOCKER_CONFIG: settings } : {}),
    },
    files: [...config, ...(session.dockerTls ? await place.files(session, certificates) : [])],
  };
}

/**
 * Writes the client certificates of a session with `dockerTls` into a folder of this machine, to be named by
 * DOCKER_CERT_PATH: ca.pem, cert.pem and key.pem, readable by their owner only.
 */
export async function writeDockerCertificates(place: Place, session: Session, folder: string): Promise<void> {
  const files = await place.files(session, folders.certificates);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, content } of files) await writePrivate(join(folder, basename(path)), content);
}

/** An existing file is replaced, not written into: it may have been readable by others. */
async function writePrivate(path: string, content: Buffer): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, content, { mode: 0o600, flag: 'wx' });
}

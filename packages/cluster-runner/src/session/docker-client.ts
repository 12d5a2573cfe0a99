import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';
import { ports } from '../create/cluster-container.ts';
import { engineStep } from '../engine/engine-errors.ts';
import { clusterAlias } from '../names.ts';
import type { Session } from './types.ts';

/** Where the cluster image keeps what a client of its engine needs; a container on the network finds it at the same place. */
const folders = { certificates: '/etc/istio-ci/docker-client', settings: '/etc/istio-ci/docker-settings' };

/** A file of a container, by its path there. */
export interface ContainerFile {
  readonly path: string;
  readonly content: Buffer;
}

/** How a container on the session's network reaches the session's engine. */
export interface DockerClient {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
}

/**
 * What `docker` needs in a container on the session's network: where the engine is, the certificates that it asks for,
 * and the proxies for builds where the cluster has some (as DOCKER_CONFIG; a caller who has one of its own takes that).
 */
export async function dockerClient(engine: Docker, session: Session): Promise<DockerClient> {
  const { certificates, settings } = folders;
  const config = await filesBelow(engine, session, settings);
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
    files: [...config, ...(session.dockerTls ? await filesBelow(engine, session, certificates) : [])],
  };
}

/**
 * Writes the client certificates of a session with `dockerTls` into a folder of this machine, to be named by
 * DOCKER_CERT_PATH: ca.pem, cert.pem and key.pem, readable by their owner only.
 */
export async function writeDockerCertificates(
  engine: Docker,
  session: Session,
  folder: string,
): Promise<void> {
  const files = await filesBelow(engine, session, folders.certificates);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, content } of files) await writePrivate(join(folder, basename(path)), content);
}

/** A file that was there may have been readable by others: it is not written into. */
async function writePrivate(path: string, content: Buffer): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, content, { mode: 0o600, flag: 'wx' });
}

/** The files in a folder of the cluster container; none where there is no such folder. */
async function filesBelow(engine: Docker, session: Session, folder: string): Promise<ContainerFile[]> {
  return engineStep({ what: `read ${folder}`, session: session.name }, async () => {
    const container = engine.getContainer(session.container);
    const archive = await container.getArchive({ path: folder }).catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
    if (!archive) return [];
    const files: ContainerFile[] = [];
    for await (const entry of archive.pipe(extract())) {
      const content = await buffer(entry);
      if (entry.header.type === 'file')
        files.push({ path: join(folder, basename(entry.header.name)), content });
    }
    return files;
  });
}

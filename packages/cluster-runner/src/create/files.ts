import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { errors } from '../errors.ts';
import type { ContainerFile } from '../session/docker-client.ts';
import { extraCaPath } from './cluster-container.ts';

/**
 * Puts the extra CA into a container that was not started yet. It goes through the engine's API: a bind mount would
 * name a path of the engine's machine, which need not be this one.
 * @throws {CiError} EXTRA_CA_UNREADABLE
 */
export async function putExtraCa(container: Docker.Container, path: string): Promise<void> {
  const pem = await readFile(path).catch((cause: unknown) => {
    throw errors.extraCaUnreadable(path, cause);
  });
  await put(container, [{ path: extraCaPath, content: pem }], { mode: 0o644 });
}

/** Puts files into a container that was not started yet, for its user (`UID:GID`, root by default) alone to read. */
export async function putFiles(
  container: Docker.Container,
  files: readonly ContainerFile[],
  user = '0:0',
): Promise<void> {
  if (files.length === 0) return;
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  await put(container, files, { mode: 0o400, uid, gid });
}

async function put(container: Docker.Container, files: readonly ContainerFile[], header: object) {
  const archive = pack();
  for (const { path, content } of files) archive.entry({ ...header, name: path.slice(1) }, content);
  archive.finalize();
  await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: '/' });
}

import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { errors } from '../errors.ts';
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
  const archive = pack();
  archive.entry({ name: extraCaPath.slice(1), mode: 0o644 }, pem);
  archive.finalize();
  await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: '/' });
}

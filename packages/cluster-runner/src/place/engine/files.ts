import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { extract, pack } from 'tar-stream';
import type { SessionContainer } from '../place.ts';
import type { ContainerFile } from '../plan.ts';
import { engineStep } from './engine-errors.ts';

/**
 * Puts files into a container that was not started yet. They go through the engine's API: a bind mount would
 * name a path of the engine's machine, which need not be this one.
 */
export async function putFiles(
  container: Docker.Container,
  files: readonly ContainerFile[],
  header: { readonly mode: number; readonly uid?: number; readonly gid?: number },
): Promise<void> {
  if (files.length === 0) return;
  const archive = pack();
  for (const { path, content } of files) archive.entry({ ...header, name: path.slice(1) }, content);
  archive.finalize();
  await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: '/' });
}

/** The files in a folder of a container; none if there is no such folder. */
export async function filesIn(
  engine: Docker,
  { name, container }: SessionContainer,
  folder: string,
): Promise<ContainerFile[]> {
  return engineStep({ what: `read ${folder}`, session: name }, async () => {
    const archive = await engine
      .getContainer(container)
      .getArchive({ path: folder })
      .catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    if (!archive) return [];
    const top = basename(folder);
    const files: ContainerFile[] = [];
    for await (const entry of archive.pipe(extract())) {
      const content = await buffer(entry);
      const { name: path, type } = entry.header;
      if (type === 'file' && path === join(top, basename(path)))
        files.push({ path: join(folder, basename(path)), content });
    }
    return files;
  });
}

import { readFile, writeFile } from 'node:fs/promises';
import { cachePath, fileSha256 } from '@istio-ci/kit';
import type { GivenProgram } from './image.ts';
import type { ProgramSource } from './source.ts';

/** The programs that the bootstrapper `minikube` needs in the image. */
export const minikubePrograms = ['minikube', 'crictl'] as const;
export type MinikubeProgram = (typeof minikubePrograms)[number];

/** What is kept of a program: where, and what it was made from. */
export interface Kept extends GivenProgram {
  readonly source: ProgramSource;
}

/** The record of a program that is kept, if it is there as it was kept: an image's tag names its hash. */
export async function readKept(name: MinikubeProgram): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(recordOf(name), 'utf8')) as Kept;
    return (await fileSha256(kept.place)) === kept.sha256 ? kept : undefined;
  } catch {
    return undefined;
  }
}

export async function writeKept(kept: Kept): Promise<void> {
  await writeFile(recordOf(kept.name), `${JSON.stringify(kept, null, 2)}\n`);
}

function recordOf(name: string): string {
  return cachePath('minikube', `${name}.json`);
}

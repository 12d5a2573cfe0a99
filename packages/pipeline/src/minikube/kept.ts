import { readFile, stat, writeFile } from 'node:fs/promises';
import type { GivenProgram } from '@istio-ci/image-builder';
import { cachePath } from '@istio-ci/kit';
import type { ProgramSource } from './source.ts';

/** The programs that the bootstrapper `minikube` needs in the image. */
export const minikubePrograms = ['minikube', 'crictl'] as const;
export type MinikubeProgram = (typeof minikubePrograms)[number];

/** What is kept of a program: where, and what it was made from. */
export interface Kept extends GivenProgram {
  readonly source: ProgramSource;
}

/** The record of a program that is kept, if it is there whole. */
export async function readKept(name: MinikubeProgram): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(recordOf(name), 'utf8')) as Kept;
    await stat(kept.place);
    return kept;
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

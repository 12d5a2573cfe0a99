import { cachePath, type Operation, withFileLock } from '@istio-ci/kit';
import lock from '../../minikube.lock.json' with { type: 'json' };
import type { GivenProgram } from './image.ts';
import { keepProgram } from './keep.ts';
import { type MinikubeProgram, minikubePrograms, readKept } from './kept.ts';
import { type ProgramSource, parseSource } from './source.ts';

/** Given by the user, each as `parseSource` reads it. */
export type GivenSources = Partial<Record<MinikubeProgram, string | undefined>>;

/**
 * minikube and crictl: those that are given now; else those that were given before; else the official
 * releases that minikube.lock.json pins. They are kept in the cache, so that a file or a network is needed
 * once.
 * @throws {CiError} MINIKUBE_SOURCE, MINIKUBE_UNAVAILABLE, MINIKUBE_CHECKSUM, MINIKUBE_PROGRAM
 */
export async function requireMinikube(given: GivenSources, operation: Operation): Promise<GivenProgram[]> {
  return withFileLock(cachePath('locks', 'minikube-programs'), operation, async () => {
    const found: GivenProgram[] = [];
    for (const name of minikubePrograms) found.push(await provide(name, given[name], operation));
    return found;
  });
}

async function provide(
  name: MinikubeProgram,
  given: string | undefined,
  operation: Operation,
): Promise<GivenProgram> {
  if (given !== undefined) return keepProgram(name, parseSource(given), operation);
  const kept = await readKept(name);
  const official = release(name);
  const current = kept !== undefined && (!isOfficial(kept.source) || kept.source.sha256 === official.sha256);
  return current ? kept : keepProgram(name, official, operation);
}

/** The official release of a program for this machine. */
function release(name: MinikubeProgram): ProgramSource {
  const { url, sha256 } = lock[name][process.arch === 'arm64' ? 'arm64' : 'amd64'];
  return { from: url, sha256 };
}

/** Also one of an older lock. */
function isOfficial({ from }: ProgramSource): boolean {
  return /^https:\/\/github\.com\/kubernetes(-sigs)?\//.test(from);
}

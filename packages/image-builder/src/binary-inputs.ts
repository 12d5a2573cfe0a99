import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath } from '@istio-ci/kit';
import { type BinarySet, buildCommand, buildSettings } from './binary-sets.ts';
import { type ContextEntry, digestOf, readFolder } from './folder.ts';

/** A binary set with all that decides what comes out of compiling it. */
export interface ResolvedBinaries {
  readonly set: BinarySet;
  readonly hash: string;
  readonly sources: readonly ContextEntry[];
  /** The `go build`, for an output folder inside the compiling container. */
  readonly command: readonly string[];
  /** Where the result is kept on this machine, whichever checkout made it. */
  readonly folder: string;
}

/** Where the compiling container puts its results. */
export const outputFolder = '/out';

/**
 * Reads a set's sources. Its tests are left out: they are not compiled, so a change of one recompiles nothing.
 * The compiler's version is part of go.mod, and GOTOOLCHAIN makes Go use that one.
 */
export async function resolveBinaries(root: string, set: BinarySet): Promise<ResolvedBinaries> {
  const folder = join(root, set.folder);
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
  const sources = await readFolder(folder, (path) => path.endsWith('_test.go'));
  const command = buildCommand(set, goMod, outputFolder);
  const inputs = [
    process.arch,
    buildSettings,
    command,
    sources.map(({ path, type, digest }) => [path, type, digest]),
  ];
  const hash = digestOf(JSON.stringify(inputs)).slice(0, 12);
  return { set, hash, sources, command, folder: cachePath('binaries', `${set.name}-${hash}`) };
}

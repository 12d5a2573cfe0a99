import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath, sha256 } from '@istio-ci/kit';
import { type BinarySet, buildCommand, buildSettings } from './binary-sets.ts';
import { type ContextEntry, readFolder } from './folder.ts';

/** A binary set with all that decides what comes out of compiling it. */
export interface ResolvedBinaries {
  readonly set: BinarySet;
  readonly hash: string;
  readonly sources: readonly ContextEntry[];
  /** The `go build`, for an output folder inside the compiling container. */
  readonly command: readonly string[];
  /** What an image with these programs says of them. */
  readonly labels: Readonly<Record<string, string>>;
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
  const parts = Object.entries(set.parts).map(async ([place, folder]) => {
    const entries = await readFolder(join(root, folder), (path) => path.endsWith('_test.go'));
    return place === '' ? entries : entries.map((entry) => ({ ...entry, path: `${place}/${entry.path}` }));
  });
  const sources = (await Promise.all(parts)).flat();
  const goMod = await readFile(join(root, set.parts[''] ?? '', 'go.mod'), 'utf8');
  const command = buildCommand(set, goMod, outputFolder);
  const inputs = [
    process.arch,
    buildSettings,
    command,
    sources.map(({ path, type, digest }) => [path, type, digest]),
  ];
  const hash = sha256(JSON.stringify(inputs)).slice(0, 12);
  const labels = set.labels?.(goMod) ?? {};
  return { set, hash, sources, command, labels, folder: cachePath('binaries', `${set.name}-${hash}`) };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath, sha256 } from '@istio-ci/kit';
import { type BinarySet, buildCommand, buildSettings } from './binary-sets.ts';
import { type ContextEntry, readFolder } from './folder.ts';

/** A binary set with everything that decides the result of compiling it. */
export interface ResolvedBinaries {
  readonly set: BinarySet;
  readonly hash: string;
  readonly sources: readonly ContextEntry[];
  /** The `go build` command, for an output folder inside the compile container. */
  readonly command: readonly string[];
  /** Labels for an image with these programs. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where the result is kept on this machine, for all checkouts. */
  readonly folder: string;
}

/** The folder in the compile container for the results. */
export const outputFolder = '/out';

/**
 * Reads a set's sources. Tests are left out: they are not compiled, so changing one recompiles nothing.
 * go.mod names the compiler's version, and GOTOOLCHAIN makes Go use it.
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

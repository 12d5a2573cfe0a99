import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KubernetesMinor, sha256 } from '@istio-ci/kit';
import { hostSources } from './apt-sources.ts';
import { type ResolvedBinaries, resolveBinaries } from './binary-inputs.ts';
import { type Catalogue, closure } from './catalogue.ts';
import { debianRef } from './debian.ts';
import { imageErrors } from './errors.ts';
import { type ContextEntry, fileEntry, folderEntry, readFolder } from './folder.ts';
import type { ImageSpec } from './images.ts';

/** An image with all that decides what is in it. */
export interface ResolvedImage {
  readonly spec: ImageSpec;
  /** Hash of everything below, and by BASE_IMAGE of all that it rests on. */
  readonly hash: string;
  readonly ref: string;
  readonly args: Readonly<Record<string, string>>;
  readonly files: readonly ContextEntry[];
  readonly binaries: readonly AddedBinaries[];
  /** What the image says of itself besides whose it is. */
  readonly labels: Readonly<Record<string, string>>;
}

interface AddedBinaries {
  readonly from: ResolvedBinaries;
  readonly files: readonly string[];
}

export interface ImageOptions {
  /** A PEM file with a certificate authority that every image shall trust; without it they trust Debian's. */
  readonly extraCa?: string | undefined;
  /** The minor version of Kubernetes; without it the default one. */
  readonly kubernetes?: KubernetesMinor | undefined;
}

/**
 * Resolves `names` and what they rest on, in build order. Reads files and asks apt; the engine is not needed.
 */
export async function resolveImages(
  catalogue: Catalogue,
  names: readonly string[],
  { extraCa }: ImageOptions = {},
): Promise<ResolvedImage[]> {
  const specs = closure(catalogue, names);
  const [sources, ca, sets] = await Promise.all([
    hostSources(),
    readExtraCa(extraCa),
    resolveSets(catalogue, specs),
  ]);
  const resolved: ResolvedImage[] = [];
  for (const spec of specs) {
    const base = resolved.find((image) => image.spec.name === spec.from);
    const rests = base
      ? { BASE_IMAGE: base.ref }
      : { BASE_IMAGE: debianRef(sources), APT_SOURCES: sources.join('\n') };
    const args = { ...rests, ...(spec.asCaller ? callerIds() : {}) };
    const skip = (path: string) => spec.exclude?.includes(path) ?? false;
    const folder = await readFolder(join(catalogue.root, 'images', spec.name), skip);
    const files = spec.ca === 'kept' ? [...folder, ...ca] : folder;
    const binaries = (spec.binaries ?? []).map(({ set, files }) => ({ from: pick(sets, set), files }));
    const labels = Object.assign({}, ...binaries.map(({ from }) => from.labels));
    const hash = hashOf(args, files, binaries, labels);
    resolved.push({ spec, hash, ref: `istio-ci/${spec.name}:${hash}`, args, files, binaries, labels });
  }
  return resolved;
}

/** The 12 hex digits of a tag. */
export function hashOf(
  args: Readonly<Record<string, string>>,
  files: readonly ContextEntry[],
  binaries: readonly AddedBinaries[],
  labels: Readonly<Record<string, string>>,
): string {
  const inputs = [
    Object.entries(args).sort(),
    files.map(({ path, type, mode, digest }) => [path, type, mode, digest]),
    binaries.map(({ from, files }) => [from.hash, files]),
    labels,
  ];
  return sha256(JSON.stringify(inputs)).slice(0, 12);
}

async function resolveSets(
  { root, binarySets }: Catalogue,
  specs: readonly ImageSpec[],
): Promise<ResolvedBinaries[]> {
  const names = new Set(specs.flatMap(({ binaries }) => binaries ?? []).map(({ set }) => set));
  return Promise.all(
    binarySets.filter(({ name }) => names.has(name)).map((set) => resolveBinaries(root, set)),
  );
}

function pick(sets: readonly ResolvedBinaries[], name: string): ResolvedBinaries {
  const found = sets.find(({ set }) => set.name === name);
  if (found === undefined) throw new Error(`no binary set is called ${name}`);
  return found;
}

async function readExtraCa(path: string | undefined): Promise<ContextEntry[]> {
  if (path === undefined) return [folderEntry('ca')];
  const pem = await readFile(path).catch((cause: unknown) => {
    throw imageErrors.extraCaUnreadable(path, cause);
  });
  return [folderEntry('ca'), fileEntry('ca/extra.crt', pem)];
}

/** Whose files the image's user makes; 0 where the platform knows no users. */
function callerIds(): Record<string, string> {
  return { UID: String(process.getuid?.() ?? 0), GID: String(process.getgid?.() ?? 0) };
}

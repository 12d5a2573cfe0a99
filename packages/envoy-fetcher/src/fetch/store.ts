import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileSha256 } from '@istio-ci/kit';
import writeFileAtomic from 'write-file-atomic';
import { envoyErrors } from '../errors.ts';
import { type Arch, type Build, type HashSource, hashSources } from './artifacts.ts';

/** What the store knows of a build that it has: enough to use it without the network. */
export interface Known {
  readonly sha256: string;
  readonly size: number;
  readonly url: string;
  readonly hashSource: HashSource;
}

/**
 * The places of one build in the store. Archives are named by their content and shared by all builds; the rest is
 * per build. Safe to delete at any time.
 */
export function storePlaces(store: string, { name, flavour, sha }: Build, arch: Arch) {
  const key = `${name}-${flavour}-${sha}-${arch}`;
  return {
    archive: (sha256: string) => join(store, 'archives', sha256),
    known: join(store, 'known', `${key}.json`),
    part: join(store, 'parts', key),
    lock: join(store, 'locks', key),
    /** The last archive that was not what it should be, for people to look at. */
    bad: join(store, 'bad', `${key}.bad`),
  };
}
export type StorePlaces = ReturnType<typeof storePlaces>;

/** The archive's path if the store has it and its bytes are still those; a rotten one is put aside. */
export async function storedArchive(places: StorePlaces, sha256: string): Promise<string | undefined> {
  const path = places.archive(sha256);
  const actual = await fileSha256(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw envoyErrors.store(path, error);
  });
  if (actual === sha256) return path;
  if (actual !== undefined) await putAside(path, places);
  return undefined;
}

/** Moves a file that must not be used out of the way; the one put aside before it is replaced. */
async function putAside(path: string, places: StorePlaces): Promise<void> {
  await mkdir(dirname(places.bad), { recursive: true });
  await rename(path, places.bad).catch((error: NodeJS.ErrnoException) => {
    // Another process saw the same and was first.
    if (error.code !== 'ENOENT') throw envoyErrors.store(path, error);
  });
}

/** What is known of a build; nothing if its record is absent or no longer makes sense. */
export async function readKnown(places: StorePlaces): Promise<Known | undefined> {
  try {
    const known = JSON.parse(await readFile(places.known, 'utf8')) as Known;
    return /^[0-9a-f]{64}$/.test(known.sha256) && hashSources.includes(known.hashSource) ? known : undefined;
  } catch {
    return undefined;
  }
}

export async function writeKnown(places: StorePlaces, known: Known): Promise<void> {
  try {
    await mkdir(dirname(places.known), { recursive: true });
    await writeFileAtomic(places.known, `${JSON.stringify(known, null, 2)}\n`);
  } catch (cause) {
    throw envoyErrors.store(places.known, cause);
  }
}

export async function fileSize(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** The first bytes of a file, enough to tell what kind it is. */
export async function readHead(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.subarray(0, bytesRead);
}

import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileSha256, RunningSha256, syncFolder } from '@istio-ci/kit';
import writeFileAtomic from 'write-file-atomic';
import { envoyErrors } from '../errors.ts';
import { type Arch, type Build, type HashSource, hashSources } from '../pin/build.ts';

/** What the store records about a build, so that it can be used without the network. */
export interface Known {
  readonly sha256: string;
  readonly size: number;
  readonly url: string;
  readonly hashSource: HashSource;
}

/**
 * The files of one build in the store. Archives are named by their hash and shared by all builds; the rest is
 * per build. All of it can be deleted at any time.
 */
export function storePlaces(store: string, { name, flavour, sha }: Build, arch: Arch) {
  const key = `${name}-${flavour}-${sha}-${arch}`;
  return {
    archive: (sha256: string) => join(store, 'archives', sha256),
    known: join(store, 'known', `${key}.json`),
    part: join(store, 'parts', key),
    lock: join(store, 'locks', key),
    /** The last archive with wrong content, kept for inspection. */
    bad: join(store, 'bad', `${key}.bad`),
  };
}
export type StorePlaces = ReturnType<typeof storePlaces>;

/** The archive's path if the store has it and its hash is still right; a damaged one is moved aside. */
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

/** Moves a damaged file aside, in place of the one that was moved there before. */
async function putAside(path: string, places: StorePlaces): Promise<void> {
  await mkdir(dirname(places.bad), { recursive: true });
  await rename(path, places.bad).catch((error: NodeJS.ErrnoException) => {
    // Another process has already moved it.
    if (error.code !== 'ENOENT') throw envoyErrors.store(path, error);
  });
}

/** The record of a build; undefined if it is missing or invalid. */
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

/** Where a partial download came from. */
interface Origin {
  readonly url: string;
  readonly validator: string;
}

/** How to continue a download: from which byte, and the validator of the version that it must still be. */
export interface Resume {
  readonly from: number;
  readonly validator: string;
}

/**
 * A partial download: the bytes in `<path>`, and where they came from in `<path>.json`. Both stay when the
 * process ends, even by SIGKILL, so that the next one can continue. The caller holds the lock of the build:
 * only one process uses them at a time.
 */
export class Part implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  #hash = new RunningSha256();

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<Part> {
    return await ownDisk(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      return new Part(path, await open(path, 'a+', 0o644));
    });
  }

  /** How many bytes were received and hashed. */
  get size(): number {
    return this.#hash.size;
  }

  /** How to continue from this URL; undefined if the bytes are not known to come from it. */
  async resumable(url: string): Promise<Resume | undefined> {
    const origin = await readOrigin(this.path);
    const { size } = await this.#file.stat();
    return origin?.url === url && size > 0 ? { from: size, validator: origin.validator } : undefined;
  }

  /** Hashes the existing bytes and continues after them. */
  async resume(): Promise<void> {
    this.#hash = new RunningSha256();
    for await (const chunk of createReadStream(this.path, { highWaterMark: 256 * 1024 }))
      this.#hash.add(chunk as Buffer);
  }

  /** Drops the existing bytes. `origin` is undefined if the new download cannot be continued later. */
  async restart(origin: Origin | undefined): Promise<void> {
    await ownDisk(this.path, async () => {
      // In this order, a kill may leave bytes without an origin, but never with a wrong one.
      await rm(`${this.path}.json`, { force: true });
      await this.#file.truncate(0);
      if (origin) await writeFile(`${this.path}.json`, JSON.stringify(origin));
    });
    this.#hash = new RunningSha256();
  }

  async append(chunk: Buffer): Promise<void> {
    await ownDisk(this.path, () => this.#file.appendFile(chunk));
    this.#hash.add(chunk);
  }

  sha256(): string {
    return this.#hash.hex();
  }

  /** Moves the complete file to its final place. It is synced to the disk before it appears there. */
  async moveTo(path: string): Promise<void> {
    await ownDisk(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      await this.#file.sync();
      await rename(this.path, path);
      await rm(`${this.path}.json`, { force: true });
      await syncFolder(dirname(path));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

async function readOrigin(path: string): Promise<Origin | undefined> {
  try {
    return JSON.parse(await readFile(`${path}.json`, 'utf8')) as Origin;
  } catch {
    // Missing, or cut short by a kill: in both cases it is unknown where the bytes came from.
    return undefined;
  }
}

async function ownDisk<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw envoyErrors.store(path, cause);
  }
}

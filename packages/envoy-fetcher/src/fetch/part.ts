import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RunningSha256, syncFolder } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';
import type { Resume } from './source.ts';

/** Where the bytes of a part came from. */
interface Origin {
  readonly url: string;
  readonly validator: string;
}

/**
 * A file that is not whole yet, `<path>`, and beside it `<path>.json`, which says what it is a part of.
 *
 * It outlives the process, killed or not, so that the next one goes on with it. One process at a time owns
 * it: the caller holds the lock of its key.
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

  /** How many bytes it has, all of them hashed. */
  get size(): number {
    return this.#hash.size;
  }

  /**
   * How to go on with it from this URL; undefined if it came from elsewhere, or nothing says what it was a
   * part of.
   */
  async resumable(url: string): Promise<Resume | undefined> {
    const origin = await readOrigin(this.path);
    const { size } = await this.#file.stat();
    return origin?.url === url && size > 0 ? { from: size, validator: origin.validator } : undefined;
  }

  /** Takes up what is there: its bytes count as received. */
  async resume(): Promise<void> {
    this.#hash = new RunningSha256();
    for await (const chunk of createReadStream(this.path, { highWaterMark: 256 * 1024 }))
      this.#hash.add(chunk as Buffer);
  }

  /** Begins anew; `origin` is undefined when what follows cannot be resumed. */
  async restart(origin: Origin | undefined): Promise<void> {
    await ownDisk(this.path, async () => {
      // In this order a kill leaves an empty part or one that nothing speaks for, never one with a wrong
      // origin.
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

  /** Puts the whole file at its final place, on the disk before it is seen there. */
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
    // Absent, or cut short by a kill: either way nothing says what the part is.
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

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** The SHA-256 of bytes, or of a text in UTF-8, in hexadecimal digits. Pure. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The SHA-256 of a file's content, in hexadecimal digits. */
export async function fileSha256(path: string): Promise<string> {
  await using file = await open(path);
  const hash = new RunningSha256();
  // One buffer for all: a stream makes a new one for each read, and many of them before the first is freed.
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return hash.hex();
    hash.add(buffer.subarray(0, bytesRead));
  }
}

/** The SHA-256 of what comes in pieces, and how much it is. */
export class RunningSha256 {
  readonly #hash = createHash('sha256');
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  /** The hash of the pieces so far, in hexadecimal digits. More may follow. */
  hex(): string {
    return this.#hash.copy().digest('hex');
  }
}

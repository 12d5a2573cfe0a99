import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asBytes, type Fingerprint } from './encodings.ts';

/** Fingerprints made ready to be looked for in bytes. */
export interface Needles {
  readonly list: readonly { readonly encoding: string; readonly bytes: Buffer }[];
  /** Bytes that two looks must share, so that nothing between them is missed. */
  readonly overlap: number;
}

export function needlesOf(fingerprints: readonly Fingerprint[]): Needles {
  const list = fingerprints.map(({ encoding, text }) => ({
    encoding,
    bytes: Buffer.from(asBytes(text), 'latin1'),
  }));
  return { list, overlap: Math.max(0, ...list.map(({ bytes }) => bytes.length - 1)) };
}

/** The encoding of the first secret in `bytes`. */
export function findIn(bytes: Buffer, needles: Needles): string | undefined {
  return needles.list.find((needle) => bytes.includes(needle.bytes))?.encoding;
}

/**
 * Reads the stream to its end and gives the encoding of the first secret in it, looking inside gzip where the
 * stream is that. Broken gzip counts as what it is: bytes.
 */
export async function scanStream(stream: Readable, needles: Needles): Promise<string | undefined> {
  let found: string | undefined;
  let tail: Buffer = Buffer.alloc(0);
  let inner: { gunzip: ReturnType<typeof createGunzip>; result: Promise<string | undefined> } | undefined;
  let first = true;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (first && chunk[0] === 0x1f && chunk[1] === 0x8b) {
      const gunzip = createGunzip();
      inner = { gunzip, result: scanStream(gunzip, needles).catch(() => undefined) };
    }
    first = false;
    if (inner && !inner.gunzip.destroyed && !inner.gunzip.write(chunk)) await drained(inner.gunzip);
    if (found !== undefined) continue;
    const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    found = findIn(bytes, needles);
    tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - needles.overlap)));
  }
  inner?.gunzip.end();
  const inside = await inner?.result;
  return found ?? (inside === undefined ? undefined : `${inside} in gzip`);
}

/** Waits until it takes more, or never will. No listener stays: a large stream waits many times. */
function drained(gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  const events = ['drain', 'close', 'error'];
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) gunzip.off(event, done);
      resolve();
    };
    for (const event of events) gunzip.on(event, done);
  });
}

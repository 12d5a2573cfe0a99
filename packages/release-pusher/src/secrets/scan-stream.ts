import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asBytes, type Fingerprint } from './encodings.ts';

/** Fingerprints made ready to be looked for in bytes, read as Latin-1. */
export interface Needles {
  readonly list: readonly Fingerprint[];
  readonly anywhere: RegExp;
  /** Base64 as programs write it in lines: of 64 or 76 characters, and indented. */
  readonly inLines: RegExp | undefined;
  /** Bytes that two looks must share, so that nothing between them is missed. */
  readonly overlap: number;
}

/** Where spaces do not count, shorter texts come about by chance. */
const shortestInLines = 8;

export function needlesOf(fingerprints: readonly Fingerprint[]): Needles {
  const list = fingerprints.map(({ encoding, text }) => ({ encoding, text: asBytes(text) }));
  const base64 = list.filter(({ encoding, text }) => encoding === 'base64' && text.length >= shortestInLines);
  const inLines = base64.map(({ text }) => [...text].map((c) => RegExp.escape(c)).join('[\\0-\\x20]*'));
  return {
    list,
    anywhere: new RegExp(list.map(({ text }) => RegExp.escape(text)).join('|')),
    inLines: inLines.length === 0 ? undefined : new RegExp(inLines.join('|')),
    overlap: 4 * Math.max(0, ...list.map(({ text }) => text.length)) + 80,
  };
}

/** The encoding of the first secret in `bytes`. */
export function findIn(bytes: Buffer, { list, anywhere, inLines }: Needles): string | undefined {
  const text = bytes.toString('latin1');
  const found = anywhere.exec(text)?.[0];
  if (found !== undefined) return list.find((needle) => needle.text === found)?.encoding;
  return inLines?.test(text) ? 'base64 in lines' : undefined;
}

/**
 * Reads the stream to its end and returns the encoding of the first secret in it. It looks inside gzip;
 * broken gzip is scanned as plain bytes.
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

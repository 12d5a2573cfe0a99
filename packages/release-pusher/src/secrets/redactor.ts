import { Transform } from 'node:stream';
import { asBytes, fingerprintsOf } from './encodings.ts';

/** The replacement for a secret. */
export const mask = '[redacted]';

export interface Redactor {
  /** `text` without the secrets. */
  text(text: string): string;
  /** A stream that passes bytes on without the secrets, even if the end of a chunk cuts one in two. */
  stream(): Transform;
}

/** Hides `secrets` in text and streams, in every encoding of {@link fingerprintsOf}. */
export function redactor(secrets: readonly string[]): Redactor {
  const needles = [...new Set(secrets.flatMap(fingerprintsOf).map(({ text }) => asBytes(text)))];
  needles.sort((a, b) => b.length - a.length);
  if (needles.length === 0) return { text: (text) => text, stream: () => new Transform({ transform: pass }) };
  const pattern = new RegExp(needles.map((needle) => RegExp.escape(needle)).join('|'), 'g');
  const hide = (bytes: string) => bytes.replaceAll(pattern, mask);
  return {
    text: (text) => Buffer.from(hide(asBytes(text)), 'latin1').toString('utf8'),
    stream: () => maskingStream(hide, pattern, needles),
  };
}

function pass(chunk: Buffer, _encoding: unknown, done: (error: null, chunk: Buffer) => void): void {
  done(null, chunk);
}

function maskingStream(
  hide: (bytes: string) => string,
  pattern: RegExp,
  needles: readonly string[],
): Transform {
  let held = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held += chunk.toString('latin1');
      let cut = held.length - heldLength(held, needles);
      // A cut inside a secret would let both halves through.
      for (const { index, 0: found } of held.matchAll(pattern)) {
        if (index < cut && index + found.length > cut) cut = index;
      }
      const ready = hide(held.slice(0, cut));
      held = held.slice(cut);
      done(null, Buffer.from(ready, 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(hide(held), 'latin1'));
    },
  });
}

/** How many of the last bytes could be the start of a secret and must wait for the next ones. */
function heldLength(bytes: string, needles: readonly string[]): number {
  const longest = needles[0]?.length ?? 0;
  for (let length = Math.min(longest - 1, bytes.length); length > 0; length -= 1) {
    const tail = bytes.slice(bytes.length - length);
    if (needles.some((needle) => needle.length > length && needle.startsWith(tail))) return length;
  }
  return 0;
}

import type { Readable } from 'node:stream';

export type OutputName = 'stdout' | 'stderr';

export interface Output {
  readonly from: OutputName;
  readonly data: Buffer;
}

/**
 * Header of a frame: one byte for the stream, three empty, four for the length (Engine API, "Stream format").
 */
const headerLength = 8;

/**
 * Splits the output of a container or exec without a terminal into stdout and stderr. It ends when the stream
 * ends and waits for its reader; docker-modem's `demuxStream` does neither. A cut stream is an error.
 */
export async function* demultiplex(stream: Readable): AsyncGenerator<Output> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= headerLength) {
      const end = headerLength + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield { from: rest[0] === 2 ? 'stderr' : 'stdout', data: rest.subarray(headerLength, end) };
      rest = rest.subarray(end);
    }
  }
  if (rest.length > 0) throw new Error("the engine's output stream was cut");
}

/** Splits output into whole lines, with a buffer for each stream. `end` emits an unterminated last line. */
export function lineSplitter(onLine: (line: string, from: OutputName) => void) {
  const rests: Record<OutputName, string> = { stdout: '', stderr: '' };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const take = (from: OutputName, text: string) => {
    const lines = (rests[from] + text).split('\n');
    rests[from] = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''), from);
  };
  return {
    push: ({ from, data }: Output) => take(from, decoders[from].decode(data, { stream: true })),
    end: () => {
      for (const from of ['stdout', 'stderr'] as const) {
        take(from, decoders[from].decode());
        if (rests[from] !== '') onLine(rests[from], from);
        rests[from] = '';
      }
    },
  };
}

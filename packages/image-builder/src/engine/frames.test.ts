import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { demultiplex, lineSplitter, type Output } from './frames.ts';

const frame = (kind: number, text: string) => {
  const data = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
};
const read = async (stream: Readable) => {
  const outputs: Output[] = [];
  for await (const output of demultiplex(stream)) outputs.push(output);
  return outputs.map(({ from, data }) => `${from} ${data.toString()}`);
};

describe('demultiplex', () => {
  it('takes stdout and stderr apart', async () => {
    expect(await read(Readable.from([Buffer.concat([frame(1, 'a'), frame(2, 'b')])]))).toEqual([
      'stdout a',
      'stderr b',
    ]);
  });

  it('puts frames together that arrive byte by byte', async () => {
    const bytes = [...Buffer.concat([frame(1, 'hello'), frame(1, ''), frame(2, 'x')])].map((byte) =>
      Buffer.from([byte]),
    );
    expect(await read(Readable.from(bytes))).toEqual(['stdout hello', 'stdout ', 'stderr x']);
  });

  it('fails when the stream ends within a frame', async () => {
    await expect(read(Readable.from([frame(1, 'hello').subarray(0, 10)]))).rejects.toThrow('cut');
  });

  it('fails when the connection breaks', async () => {
    const stream = new PassThrough();
    stream.write(frame(1, 'a'));
    setImmediate(() => stream.destroy(new Error('ECONNRESET')));
    await expect(read(stream)).rejects.toThrow('ECONNRESET');
  });
});

describe('lineSplitter', () => {
  const split = (...outputs: Output[]) => {
    const lines: string[] = [];
    const splitter = lineSplitter((line, from) => lines.push(`${from} ${line}`));
    outputs.forEach(splitter.push);
    splitter.end();
    return lines;
  };
  const out = (text: string | Buffer, from: 'stdout' | 'stderr' = 'stdout') => ({
    from,
    data: Buffer.from(text),
  });

  it('keeps the lines of the two streams apart', () => {
    expect(split(out('a'), out('x\n', 'stderr'), out('b\nc'))).toEqual(['stderr x', 'stdout ab', 'stdout c']);
  });

  it('puts a character together that two frames share', () => {
    const bytes = Buffer.from('ü\n');
    expect(split(out(bytes.subarray(0, 1)), out(bytes.subarray(1)))).toEqual(['stdout ü']);
  });

  it('takes Windows line ends', () => {
    expect(split(out('a\r\nb'))).toEqual(['stdout a', 'stdout b']);
  });
});

import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EngineStreamError, followEngineStream } from './engine-stream.ts';

describe('followEngineStream', () => {
  it('returns the messages in order', async () => {
    const stream = Readable.from(['{"stream":"a"}\n{"aux":{"ID"', ':"sha256:1"}}\n']);
    expect(await followEngineStream(stream)).toEqual([{ stream: 'a' }, { aux: { ID: 'sha256:1' } }]);
  });

  it('fails on an error in the stream, with the exit code of the build step', async () => {
    const line =
      '{"errorDetail":{"code":7,"message":"The command returned a non-zero code: 7"},"error":"x"}\n';
    const error = await followEngineStream(Readable.from([line])).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EngineStreamError);
    expect(error).toMatchObject({ stepExitCode: 7, message: 'The command returned a non-zero code: 7' });
  });

  it('finds an error in an unterminated last line', async () => {
    await expect(followEngineStream(Readable.from(['{"error":"denied"}']))).rejects.toThrow('denied');
  });

  it('fails if the connection is cut', async () => {
    const stream = new PassThrough();
    stream.write('{"stream":"a"}\n');
    setImmediate(() => stream.destroy(new Error('ECONNRESET')));
    await expect(followEngineStream(stream)).rejects.toThrow('cut');
  });

  it('fails if the stream is destroyed without a reason', async () => {
    const stream = new PassThrough();
    stream.write('{"stream":"a"}\n');
    setImmediate(() => stream.destroy());
    await expect(followEngineStream(stream)).rejects.toThrow(EngineStreamError);
  });

  it('fails on a line that is not JSON', async () => {
    await expect(followEngineStream(Readable.from(['<html>\n']))).rejects.toThrow('no JSON');
  });
});

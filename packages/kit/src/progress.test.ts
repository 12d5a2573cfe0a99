import { describe, expect, it } from 'vitest';
import { formatBytes, formatSeconds, tick } from './progress.ts';

describe('formatSeconds', () => {
  it('shows tenths below ten seconds', () => expect(formatSeconds(0.44)).toBe('0.4 s'));
  it('shows whole seconds below a minute', () => expect(formatSeconds(9.96)).toBe('10 s'));
  it('shows minutes and padded seconds above', () => expect(formatSeconds(185)).toBe('3 min 05 s'));
  it('never shows sixty seconds', () => expect(formatSeconds(59.9)).toBe('1 min 00 s'));
});

describe('formatBytes', () => {
  it('shows small sizes in bytes', () => expect(formatBytes(512)).toBe('512 B'));
  it('shows larger sizes with one digit', () => expect(formatBytes(1.5 * 1024 * 1024)).toBe('1.5 MiB'));
  it('takes the next unit before it would show 1024', () =>
    expect(formatBytes(1024 * 1024 - 1)).toBe('1.0 MiB'));
});

describe('tick', () => {
  it('reports the message with the time until it is disposed of', () => {
    const said: string[] = [];
    const ticker = tick((message) => said.push(message), 'compiling');
    ticker[Symbol.dispose]();
    expect(said).toEqual(['compiling (0.0 s)']);
  });

  it('gets a changing message each time', async () => {
    const said: string[] = [];
    const twice = Promise.withResolvers<void>();
    using _ticker = tick(
      (message) => said.push(message) === 2 && twice.resolve(),
      () => `package ${said.length + 1}`,
      1,
    );
    await twice.promise;
    expect(said.slice(0, 2)).toEqual(['package 1 (0.0 s)', 'package 2 (0.0 s)']);
  });
});

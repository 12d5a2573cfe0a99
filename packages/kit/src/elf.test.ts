import { describe, expect, it } from 'vitest';
import { tinyEnvoy } from '../../envoy-fetcher/test/tiny-envoy.ts';
import { elfFault } from './elf.ts';

const changed = (at: number, value: number) => {
  const head = tinyEnvoy();
  head[at] = value;
  return head;
};

describe('elfFault', () => {
  it('finds nothing wrong with a program of the right machine', () => {
    expect(elfFault(tinyEnvoy(), 'amd64')).toBeUndefined();
    expect(elfFault(tinyEnvoy({ arch: 'arm64' }), 'arm64')).toBeUndefined();
  });

  it.each([
    ['the wrong machine', tinyEnvoy({ arch: 'arm64' }), 'it is for arm64, not for amd64'],
    ['a machine of no name', changed(18, 8), 'it is for machine 8, not for amd64'],
    ['32 bits', changed(4, 1), 'it is no 64-bit little-endian ELF file'],
    ['an object file', changed(16, 1), 'it is an ELF file, but no program'],
    ['a script', Buffer.from('#!/bin/sh\nexec envoy "$@"\n'), 'it is not an ELF file'],
    ['hardly anything', Buffer.from('\x7fELF'), 'it has only 4 bytes'],
  ])('names %s', (_, head, fault) => {
    expect(elfFault(head, 'amd64')).toBe(fault);
  });
});

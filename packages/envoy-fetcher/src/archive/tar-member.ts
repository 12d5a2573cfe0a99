import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { type BinaryName, memberPath } from '../fetch/artifacts.ts';
import { ArchiveFault, asFault, checkSize } from './fault.ts';

/**
 * The bytes of `usr/local/bin/<name>` in a tar.gz. The archive is read to its end, so that what follows the member
 * is checked as well: gzip's own checksum, a second member of that name, entries that no such archive has.
 * @throws {ArchiveFault}
 */
export async function* tarMember(path: string, name: BinaryName): AsyncGenerator<Buffer> {
  const { size: packed } = await stat(path);
  const entries = extract();
  const unpacked = pipeline(
    createReadStream(path, { highWaterMark: 128 * 1024 }),
    createGunzip({ chunkSize: 128 * 1024 }),
    (chunks: AsyncIterable<Buffer>) => bounded(chunks, packed),
    entries,
  );
  // It fails together with the loop below, which is where that is seen.
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

/** Only files and folders with a path inside: a link or a device is in no archive of Istio's, and a way out of ours. */
function checkEntry(header: Header): void {
  const { name, type } = header;
  if (type !== 'file' && type !== 'directory')
    throw new ArchiveFault(`${JSON.stringify(name)} is a ${type ?? 'thing unknown'}, not a file`);
  if (name.startsWith('/')) throw new ArchiveFault(`${JSON.stringify(name)} is an absolute path`);
  if (name.split('/').includes('..'))
    throw new ArchiveFault(`${JSON.stringify(name)} leads out of the archive`);
}

function plainName({ name }: Header): string {
  return name.replace(/^(\.\/+)+/, '').replaceAll(/\/{2,}/g, '/');
}

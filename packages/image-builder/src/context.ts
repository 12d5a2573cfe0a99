import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { ContextEntry } from './folder.ts';

/** Every entry has the same time, so that the same inputs give the same bytes. */
const time = new Date(0);

/** The entries as a tar stream, owned by root; a file that cannot be read ends the stream with that error. */
export function tarOf(entries: readonly ContextEntry[]): Readable {
  const tar = pack();
  fill(tar, entries).catch((error: unknown) => tar.destroy(error as Error));
  return Readable.from(tar, { objectMode: false });
}

async function fill(tar: Pack, entries: readonly ContextEntry[]): Promise<void> {
  for (const entry of entries) await add(tar, entry);
  tar.finalize();
}

async function add(tar: Pack, entry: ContextEntry): Promise<void> {
  const { path: name, type, mode, linkTarget } = entry;
  const link = linkTarget === undefined ? {} : { linkname: linkTarget };
  const header = { name, type, mode, mtime: time, uid: 0, gid: 0, ...link };
  const content = entry.open?.() ?? Buffer.alloc(0);
  if (!Buffer.isBuffer(content)) {
    await pipeline(content, tar.entry({ ...header, size: entry.bytes }));
    return;
  }
  await new Promise<void>((resolve, reject) => {
    tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

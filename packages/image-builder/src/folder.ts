import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { sha256 } from '@istio-ci/kit';

/** One file, folder or link of a build context, by its path in the context. */
export interface ContextEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** 0o755 or 0o644: what git keeps of a mode, so that a checkout's umask changes no hash. */
  readonly mode: number;
  readonly bytes: number;
  /** Hash of the content, or a link's target. */
  readonly digest: string;
  readonly linkTarget?: string;
  open?(): Readable | Buffer;
}

/** All that is in a folder, sorted by path; `skip` leaves out an entry and, for a folder, all below it. */
export async function readFolder(
  root: string,
  skip: (path: string) => boolean = () => false,
): Promise<ContextEntry[]> {
  const entries: ContextEntry[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (skip(path)) continue;
      const entry = await readEntry(root, path);
      entries.push(entry);
      if (entry.type === 'directory') await walk(path);
    }
  };
  await walk('');
  return entries;
}

async function readEntry(root: string, path: string): Promise<ContextEntry> {
  const place = join(root, path);
  const stat = await lstat(place);
  if (stat.isDirectory()) return folderEntry(path);
  if (stat.isSymbolicLink()) {
    const linkTarget = await readlink(place);
    return { path, type: 'symlink', mode: 0o777, bytes: 0, digest: linkTarget, linkTarget };
  }
  return fileEntry(path, await readFile(place), (stat.mode & 0o100) === 0 ? 0o644 : 0o755);
}

/** A file whose content is at hand. */
export function fileEntry(path: string, content: Buffer | string, mode = 0o644): ContextEntry {
  const bytes = Buffer.from(content);
  return { path, type: 'file', mode, bytes: bytes.length, digest: sha256(bytes), open: () => bytes };
}

/** A file too large to be held, read when it is sent; `digest` stands for its content. */
export function storedEntry(path: string, place: string, bytes: number, digest: string): ContextEntry {
  return { path, type: 'file', mode: 0o755, bytes, digest, open: () => createReadStream(place) };
}

export function folderEntry(path: string): ContextEntry {
  return { path, type: 'directory', mode: 0o755, bytes: 0, digest: '' };
}

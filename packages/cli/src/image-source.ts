import { open } from 'node:fs/promises';
import type { ImageArchive } from '@istio-ci/cluster-runner';
import { cliErrors } from './errors.ts';

/** The source of an image: an archive in a file or on stdin, or the engine of this machine. */
export interface ImageSource {
  readonly kind: 'stdin' | 'file' | 'ref';
  readonly name: string;
}

/**
 * What an argument of `image load` means. An existing file takes precedence over a reference of the same
 * name. Pure.
 * @throws {CiError} ARCHIVE_MISSING for a path that does not exist
 */
export function imageSource(word: string, isFile: boolean): ImageSource {
  if (word === '-') return { kind: 'stdin', name: 'stdin' };
  if (isFile) return { kind: 'file', name: word };
  // A reference cannot begin with a dot or a slash, and does not usually end like an archive.
  if (/^[./~]|\.(tar|tgz|tar\.gz)$/.test(word)) throw cliErrors.archiveMissing(word);
  return { kind: 'ref', name: word };
}

/** Opens the archive of a source that is not a reference. @throws {CiError} ARCHIVE_UNREADABLE */
export async function openArchive({ kind, name }: ImageSource): Promise<ImageArchive> {
  if (kind === 'stdin') {
    if (process.stdin.isTTY) throw cliErrors.archiveUnreadable('stdin', 'is a terminal');
    return { name, archive: process.stdin };
  }
  try {
    return { name, archive: (await open(name)).createReadStream() };
  } catch (cause) {
    throw cliErrors.archiveUnreadable(name, 'cannot be read', cause);
  }
}

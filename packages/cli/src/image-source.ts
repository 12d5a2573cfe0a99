import { open } from 'node:fs/promises';
import type { ImageArchive } from '@istio-ci/cluster-runner';
import { CiError } from '@istio-ci/kit';

/** Where an image comes from: an archive in a file or on stdin, or the engine of this machine. */
export interface ImageSource {
  readonly kind: 'stdin' | 'file' | 'ref';
  readonly name: string;
}

/**
 * What a word of `image load` stands for; a file that is there goes before a reference of the same name. Pure.
 * @throws {CiError} ARCHIVE_MISSING for what can only be a path and is not there
 */
export function imageSource(word: string, isFile: boolean): ImageSource {
  if (word === '-') return { kind: 'stdin', name: 'stdin' };
  if (isFile) return { kind: 'file', name: word };
  // No reference begins with a dot or a slash, and nobody names an image so.
  if (/^[./~]|\.(tar|tgz|tar\.gz)$/.test(word)) throw archiveError('ARCHIVE_MISSING', word, 'is not there');
  return { kind: 'ref', name: word };
}

/** Opens the archive of a source that is not a reference. @throws {CiError} ARCHIVE_UNREADABLE */
export async function openArchive({ kind, name }: ImageSource): Promise<ImageArchive> {
  if (kind === 'stdin') {
    if (process.stdin.isTTY) throw archiveError('ARCHIVE_UNREADABLE', 'stdin', 'is a terminal');
    return { name, archive: process.stdin };
  }
  try {
    return { name, archive: (await open(name)).createReadStream() };
  } catch (cause) {
    throw archiveError('ARCHIVE_UNREADABLE', name, 'cannot be read', cause);
  }
}

function archiveError(code: string, name: string, what: string, cause?: unknown): CiError {
  return new CiError({
    code,
    kind: 'usage',
    message: `The image archive ${name} ${what}.`,
    remedy:
      'Give a file that docker save or an OCI tool wrote, - with one on stdin, or an image of this engine.',
    cause,
  });
}

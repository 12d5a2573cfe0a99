import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { nulFields, openGit } from './git.ts';
import { repositoryRoot } from './paths.ts';

/**
 * The files of this checkout that match the patterns: tracked or new, but not ignored, as they are on disk
 * now.
 */
export async function checkoutFiles(...patterns: string[]): Promise<string[]> {
  const git = openGit(repositoryRoot);
  const listed = await git('ls-files', '--cached', '--others', '--exclude-standard', '-z', ...patterns);
  return nulFields(listed).filter(isThere);
}

/** False for a file that was removed but is still in git's index. */
const isThere = (file: string) =>
  lstatSync(join(repositoryRoot, file), { throwIfNoEntry: false }) !== undefined;

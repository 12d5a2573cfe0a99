import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './paths.ts';
import { run } from './run.ts';

/**
 * The files of this checkout that match the patterns: tracked or new, but not ignored, as they are on disk
 * now.
 */
export async function checkoutFiles(...patterns: string[]): Promise<string[]> {
  const list = ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z', ...patterns];
  const { stdout } = await run(list, { cwd: repositoryRoot });
  return stdout.split('\0').filter((file) => file !== '' && isThere(file));
}

/** False for a file that was removed but is still in git's index. */
const isThere = (file: string) =>
  lstatSync(join(repositoryRoot, file), { throwIfNoEntry: false }) !== undefined;

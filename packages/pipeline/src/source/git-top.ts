import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitFailure, openGit } from '@istio-ci/kit';

/**
 * The top of the git checkout that a directory is in, or else the directory itself. The stages see all of it,
 * and it is scanned for credentials.
 */
export async function gitTop(directory: string): Promise<string> {
  if (existsSync(join(directory, '.git'))) return directory;
  const top = await openGit(directory)('rev-parse', '--show-toplevel').catch((error: unknown) => {
    if (error instanceof GitFailure && error.exitCode === 128) return '';
    throw error;
  });
  return top.trim() || directory;
}

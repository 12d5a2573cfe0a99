import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@istio-ci/kit';

/**
 * The top of the git checkout that a directory is in, else the directory itself: what the stages have before them, and what
 * is looked through for credentials.
 */
export async function gitTop(directory: string): Promise<string> {
  if (existsSync(join(directory, '.git'))) return directory;
  const { stdout, exitCode } = await run(['git', 'rev-parse', '--show-toplevel'], {
    cwd: directory,
    okCodes: [0, 128],
  });
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : directory;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutFiles, repositoryRoot } from '@istio-ci/kit';
import { commandsOf, type DocsCommand, needsEngine } from './commands.ts';

/** A page and its commands. */
export interface Page {
  readonly file: string;
  readonly commands: readonly DocsCommand[];
  readonly engine: boolean;
}

/** The pages for readers: everything in docs/, and the two in the top folder. */
export async function readPages(): Promise<Page[]> {
  const files = (await checkoutFiles('README.md', 'CONTRIBUTING.md', 'docs/**.md')).sort();
  return Promise.all(
    files.map(async (file) => {
      const commands = commandsOf(file, await readFile(join(repositoryRoot, file), 'utf8'));
      const tested = commands.filter(({ untested }) => untested === undefined);
      return { file, commands, engine: tested.some(needsEngine) };
    }),
  );
}

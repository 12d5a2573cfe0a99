import { stat } from 'node:fs/promises';
import { type ImageArchive, loadImages } from '@istio-ci/cluster-runner';
import { resolveImage } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { imageSource, openArchive } from '../image-source.ts';
import { print, printJson, withProgress } from '../output.ts';
import { findNamedSession } from '../session-named.ts';

/** `image load`: copies images of this machine into a session. */
export function addImage(root: Command, { signal }: CliContext): void {
  const image = root
    .command('image')
    .description('The images in a session, which its Docker and its pods share.');
  image
    .command('load')
    .description(
      'Load images into a session: archives (docker save, OCI), - for stdin, or images of this engine.',
    )
    .argument(
      '<images...>',
      'files, -, references as docker images lists them, or names of our images such as base; an existing file takes precedence',
    )
    .option('--session <session>', 'the session (default: the only one)')
    .option('--json', 'print what was loaded as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci image load acme/app:1 --session demo\n  docker save acme/app:1 | istio-ci image load -',
    )
    .action(async (words: string[], options: { session?: string; json?: boolean }) => {
      const sources = await Promise.all(words.map(async (word) => imageSource(word, await isFile(word))));
      const { place, session } = await findNamedSession(options.session);
      const loaded = await withProgress(
        'image load',
        async (progress) => {
          const all: string[] = [];
          for (const source of sources) {
            const image: string | ImageArchive =
              source.kind === 'ref' ? await resolveImage(source.name, {}) : await openArchive(source);
            all.push(...(await loadImages(place, session, [image], { signal, progress })));
          }
          return all;
        },
        options,
      );
      if (options.json) printJson(loaded);
      else for (const ref of loaded) print(ref);
    });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}

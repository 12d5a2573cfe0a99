import { buildImages, type ImageName, imageNames, isImageName, listImages } from '@istio-ci/image-builder';
import { CiError, formatBytes, formatSeconds, requireEngine } from '@istio-ci/kit';
import type { Command } from 'commander';
import type { CliContext } from '../command.ts';
import { print, printJson, withProgress } from '../output.ts';

/** `images build|list`. */
export function addImages(root: Command, { signal }: CliContext): void {
  const images = root
    .command('images')
    .description('Our images: made from package registries, tagged by the hash of their inputs.');
  images
    .command('build')
    .description('Build the images whose inputs have changed; an image that is there is not built again.')
    .argument('[names...]', `some of ${imageNames.join(', ')} (default: all)`)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci images build minikube-dind')
    .action(async (names: string[], options: { json?: boolean }) => {
      const wanted = names.length === 0 ? [...imageNames] : names.map(requireImage);
      const engine = await requireEngine();
      const built = await withProgress(
        'images',
        (progress) => buildImages(wanted, { engine, signal, progress }),
        options,
      );
      if (options.json) return printJson(built);
      for (const { ref, built: fresh, seconds } of built)
        print(`${ref}  ${fresh ? `built in ${formatSeconds(seconds)}` : 'unchanged'}`);
    }); // prettier-ignore
  images
    .command('list')
    .description('List our images, and whether the engine has them.')
    .option('--json', 'print the list as JSON')
    .action(async (options: { json?: boolean }) => {
      const list = await listImages(await requireEngine());
      if (options.json) return printJson(list);
      for (const { ref, present, bytes } of list)
        print(`${ref.padEnd(44)} ${present ? formatBytes(bytes ?? 0) : 'not built'}`);
    }); // prettier-ignore
}

function requireImage(name: string): ImageName {
  if (isImageName(name)) return name;
  throw new CiError({
    code: 'IMAGE_UNKNOWN',
    kind: 'usage',
    message: `There is no image '${name}'.`,
    remedy: `Name some of ${imageNames.join(', ')}.`,
  });
}

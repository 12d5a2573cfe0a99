import {
  buildImages,
  everydayImages,
  type GivenSources,
  type ImageName,
  imageNames,
  isImageName,
  listImages,
  provideMinikubeImage,
} from '@istio-ci/image-builder';
import { formatBytes, formatSeconds, type KubernetesMinor } from '@istio-ci/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { cliErrors } from '../errors.ts';
import { kubernetesOption } from '../kubernetes-option.ts';
import { print, printJson, withProgress } from '../output.ts';

interface ImagesOptions extends GivenSources {
  readonly kubernetes: KubernetesMinor;
  readonly json?: boolean;
}

/** `images build|list`. */
export function addImages(root: Command, { signal }: CliContext): void {
  const images = root
    .command('images')
    .description('Our images, made from package registries and tagged with the hash of their inputs.');
  images
    .command('build')
    .description('Build the images whose inputs have changed. An existing image is not built again.')
    .argument('[image...]', `some of ${imageNames.join(', ')} (default: ${everydayImages.join(', ')})`)
    .addOption(kubernetesOption())
    .option('--minikube <source>', 'add minikube, for --bootstrapper minikube: FILE, or URL#sha256=HEX')
    .option('--crictl <source>', 'add crictl, which minikube needs; both may be a .tar.gz')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci images build minikube-dind\n  istio-ci images build minikube-dind --kubernetes 1.35\n  istio-ci images build minikube-dind --minikube ./minikube --crictl ./crictl.tar.gz',
    )
    .action(async (names: string[], options: ImagesOptions) => {
      const wanted = names.length === 0 ? [...everydayImages] : names.map(requireImage);
      const { kubernetes, json, minikube, crictl } = options;
      const built = await withProgress(
        'images',
        async (progress) => {
          const operation = { kubernetes, signal, progress };
          const ours = await buildImages(wanted, operation);
          if (minikube === undefined && crictl === undefined) return ours;
          return [
            ...ours,
            { name: 'minikube', ...(await provideMinikubeImage({ minikube, crictl }, operation)) },
          ];
        },
        options,
      );
      if (json) return printJson(built);
      for (const { ref, built: fresh, seconds } of built)
        print(`${ref}  ${fresh ? `built in ${formatSeconds(seconds)}` : 'unchanged'}`);
    });
  images
    .command('list')
    .description('List our images and whether this engine has them.')
    .addOption(kubernetesOption())
    .option('--json', 'print the list as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci images list --json')
    .action(async ({ json, kubernetes }: ImagesOptions) => {
      const list = await listImages({ kubernetes });
      if (json) return printJson(list);
      for (const { ref, present, bytes } of list)
        print(`${ref.padEnd(44)} ${present ? formatBytes(bytes ?? 0) : 'not built'}`);
    });
}

function requireImage(name: string): ImageName {
  if (isImageName(name)) return name;
  throw cliErrors.imageUnknown(name, imageNames);
}

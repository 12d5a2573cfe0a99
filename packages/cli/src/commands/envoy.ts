import { join } from 'node:path';
import { type Distribution, loadDistribution } from '@istio-ci/distribution';
import { makeLock, pinOrigin, resolvePin, writeLock } from '@istio-ci/envoy-fetcher';
import { hostCaBundle } from '@istio-ci/kit';
import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import { print, printJson, withProgress } from '../output.ts';
import { distributionOption } from '../settings.ts';

const binary = () =>
  new Option('--binary <name>', 'the binary: Istio pins two').choices(['envoy', 'ztunnel']).default('envoy');

/** `envoy pin|lock`. */
export function addEnvoy(root: Command, { signal }: CliContext): void {
  const envoy = root.command('envoy').description('The Envoy that a distribution pins.');
  envoy
    .command('pin')
    .description('Print which Envoy the distribution pins, and where the pin is.')
    .addOption(distributionOption())
    .addOption(binary())
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci envoy pin --distribution ~/src/acme-istio --json')
    .action(async (options: { distribution: string; binary: 'envoy' | 'ztunnel'; json?: boolean }) => {
      const pin = await pinOf(await loadDistribution(options.distribution), options.binary);
      if (options.json) printJson(pin);
      else print(`${pin.sha}  ${pin.flavour}  ${pinOrigin(pin)}`);
    });
  envoy
    .command('lock')
    .description(
      'Fetch the pinned binary and write envoy.lock: its hash, size, address, and the source of the hash.',
    )
    .addOption(distributionOption())
    .option('--arch <names...>', 'amd64, arm64 (default: this machine)')
    .addOption(binary())
    .option('--mirror <urls...>', 'mirrors to try before those of istio-ci.yaml')
    .addHelpText('after', '\nExample:\n  istio-ci envoy lock --arch amd64 arm64')
    .action(
      async (options: {
        distribution: string;
        arch?: ('amd64' | 'arm64')[];
        binary: 'envoy' | 'ztunnel';
        mirror?: string[];
      }) => {
        const distribution = await loadDistribution(options.distribution);
        const pin = await pinOf(distribution, options.binary);
        const mirrors = [...(options.mirror ?? []), ...distribution.envoy.mirrors];
        const extraCa = await hostCaBundle();
        const lock = await withProgress('envoy.lock', (progress) =>
          makeLock({
            pin,
            root: distribution.root,
            extraCa,
            signal,
            progress,
            ...(mirrors.length > 0 ? { mirrors } : {}),
            ...(options.arch ? { arches: options.arch } : {}),
          }),
        );
        const file = join(distribution.root, distribution.envoy.lock);
        await writeLock(file, lock);
        print(file);
      },
    );
}

function pinOf({ root, envoy }: Distribution, name: 'envoy' | 'ztunnel') {
  const { dockerfile, workspace, deps, sha } = envoy;
  return resolvePin({ root, name, sources: { dockerfile, workspace, deps, sha } });
}

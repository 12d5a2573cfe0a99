import { listPool, openPlace, poolDrain, poolFill } from '@istio-ci/cluster-runner';
import { loadDistribution } from '@istio-ci/distribution';
import { cachePath } from '@istio-ci/kit';
import { clusterSettingsOf } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import { clusterImage } from '../cluster-image.ts';
import { type ClusterOptions, clusterOptions, clusterSettings } from '../cluster-options.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../numbers.ts';
import { print, printJson, withProgress } from '../output.ts';

/** `pool fill|drain|list`: warm clusters, booted and frozen. */
export function addPool(root: Command, { signal }: CliContext): void {
  const pool = root
    .command('pool')
    .description('The pool of warm clusters, booted and frozen, for `up --from-pool`.');
  const fill = pool
    .command('fill')
    .description('Boot and freeze clusters until the pool has this many. Each has its own lease.');
  clusterOptions(fill)
    .argument('<count>', 'how many the pool should have', wholeNumber)
    .option(
      '-d, --distribution <directory>',
      'with the settings of this distribution, instead of the options above',
    )
    .option('--lease <minutes>', 'a cluster that is not taken ends after this time', wholeNumber, 480)
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci pool fill 2 && istio-ci up --from-pool\n  istio-ci pool fill 2 -d ~/acme-istio && istio-ci run --from-pool -d ~/acme-istio',
    )
    .action(async (count: number, options: ClusterOptions & { lease: number; distribution?: string }) => {
      const { kubernetes, settings } =
        options.distribution === undefined
          ? { kubernetes: options.kubernetes, settings: await clusterSettings(options) }
          : await forDistribution(options.distribution);
      const entries = await withProgress('pool', async (progress) =>
        poolFill({
          ...(await clusterImage({ kubernetes, bootstrapper: settings.bootstrapper, signal, progress })),
          ...settings,
          leaseSeconds: options.lease * 60,
          count,
          evidenceDir: cachePath('evidence'),
          signal,
          progress,
        }),
      );
      print(`${entries.length} warm`);
    });
  pool
    .command('drain')
    .description('Remove all clusters of the pool.')
    .addHelpText('after', '\nExample:\n  istio-ci pool drain')
    .action(async () => print(`${await poolDrain(await openPlace())} removed`));
  pool
    .command('list')
    .description('List the clusters of the pool.')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  istio-ci pool list --json')
    .action(async (options: { json?: boolean }) => {
      const entries = await listPool(await openPlace());
      if (options.json) return printJson(entries);
      for (const { container, frozen } of entries)
        print(`${container.slice(0, 12)}  ${frozen ? 'ready' : 'booting'}`);
    });
}

async function forDistribution(directory: string) {
  const distribution = await loadDistribution(directory);
  return { kubernetes: distribution.cluster.kubernetes, settings: await clusterSettingsOf(distribution) };
}

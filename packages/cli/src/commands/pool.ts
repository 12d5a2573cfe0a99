import { listPool, poolDrain, poolFill } from '@istio-ci/cluster-runner';
import { requireEngine } from '@istio-ci/kit';
import type { Command } from 'commander';
import { clusterImage } from '../cluster-image.ts';
import type { CliContext } from '../command.ts';
import { wholeNumber } from '../numbers.ts';
import { print, printJson, withProgress } from '../output.ts';

/** `pool fill|drain|list`: clusters that stand by, booted and frozen. */
export function addPool(root: Command, { signal }: CliContext): void {
  const pool = root
    .command('pool')
    .description('Clusters that stand by, booted and frozen, for `up --from-pool`.');
  pool
    .command('fill')
    .description('Boot and freeze clusters until as many stand by; each has a lease of its own.')
    .argument('<count>', 'how many shall stand by', wholeNumber)
    .addHelpText('after', '\nExample:\n  istio-ci pool fill 2 && istio-ci up --from-pool')
    .action(async (count: number) => {
      const entries = await withProgress('pool', async (progress) =>
        poolFill({ ...(await clusterImage({ signal, progress })), count, signal, progress }),
      );
      print(`${entries.length} standing by`);
    });
  pool
    .command('drain')
    .description('Remove every cluster that stands by.')
    .action(async () => print(`${await poolDrain(await requireEngine())} removed`));
  pool
    .command('list')
    .description('List the clusters that stand by.')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      const entries = await listPool(await requireEngine());
      if (options.json) return printJson(entries);
      for (const { container, frozen } of entries)
        print(`${container.slice(0, 12)}  ${frozen ? 'ready' : 'booting'}`);
    });
}

import { join } from 'node:path';
import { type Distribution, loadDistribution } from '@istio-ci/distribution';
import { releasePlan } from '@istio-ci/pipeline';
import { credentialSource, releaseStatus, resumePush } from '@istio-ci/release-pusher';
import type { Command } from 'commander';
import type { CliContext } from '../command.ts';
import { plainLines, print, printJson } from '../output.ts';

interface ReleaseOptions {
  readonly distribution: string;
  readonly json?: boolean;
}

/** `release plan|status|resume`. */
export function addRelease(root: Command, { signal }: CliContext): void {
  const release = root
    .command('release')
    .description('What a push would release, how far the last one got, and its end.');
  release
    .command('plan')
    .description(
      'Decide, without writing anything, what a push would do: the candidate tag, the release tag or why there is none.',
    )
    .option('-d, --distribution <directory>', 'the distribution', '.')
    .option('--require-release', 'exit 3 when there is nothing to release')
    .option('--json', 'print the plan as JSON')
    .action(async (options: ReleaseOptions & { requireRelease?: boolean }) => {
      const plan = await releasePlan(await loadDistribution(options.distribution), {
        buildTag: process.env.BUILD_TAG,
        requireRelease: options.requireRelease,
      });
      if (options.json) return printJson(plan);
      print(`candidate  ${plan.candidateTag}`);
      print(
        `release    ${plan.release.kind === 'tag' ? plan.release.tag : `none (${plan.release.reason}): ${plan.release.message}`}`,
      );
    }); // prettier-ignore
  release
    .command('status')
    .description("How far the distribution's last push got.")
    .option('-d, --distribution <directory>', 'the distribution', '.')
    .option('--json', 'print it as JSON')
    .action(async (options: ReleaseOptions) => {
      const status = await releaseStatus(outOf(await loadDistribution(options.distribution)));
      if (options.json) return printJson(status);
      for (const { ref, digest, state } of status.rows) print(`${state.padEnd(9)} ${ref}  ${digest}`);
      print(`outcome: ${status.outcome}${status.next === undefined ? '' : `; next: ${status.next}`}`);
    });
  release
    .command('resume')
    .description('Finish the last push, from where its journal ends; its images are in the registry already.')
    .option('-d, --distribution <directory>', 'the distribution', '.')
    .option('--credentials <file>', 'a Docker config.json')
    .option('--json', 'print the receipt as JSON')
    .action(async (options: ReleaseOptions & { credentials?: string }) => {
      const distribution = await loadDistribution(options.distribution);
      const receipt = await resumePush({
        registry: { insecureHosts: distribution.cluster.insecureRegistries },
        credentials: credentialSource(process.env, options.credentials ?? process.env.ISTIO_CI_CREDENTIALS),
        outDir: outOf(distribution),
        scan: [distribution.root],
        signal,
        progress: plainLines,
      });
      if (options.json) printJson(receipt);
      else
        print(
          `${receipt.outcome}: ${receipt.images.map(({ name, digest }) => `${name}@${digest}`).join(', ')}`,
        );
    });
}

const outOf = ({ root }: Distribution) => join(root, 'out');

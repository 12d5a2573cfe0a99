import type { CliContext } from '@istio-ci/cli/context';
import { wholeNumber } from '@istio-ci/cli/numbers';
import { plainLines, print, printJson } from '@istio-ci/cli/output';
import type { Command } from 'commander';
import { campaigns } from '../campaign/campaigns.ts';
import { runCampaign } from '../campaign/run-campaign.ts';
import { toolsErrors } from '../errors.ts';
import { closingLine } from '../suites/count.ts';
import { runSuites, suites } from '../suites/suites.ts';

interface TestOptions {
  readonly suite?: string[];
  readonly campaign?: string;
  readonly runs?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

/** `test`: runs the tests of this project itself. */
export function addTest(root: Command, context: CliContext): void {
  const names = Object.keys(suites);
  const described = Object.entries(campaigns).map(
    ([name, { description }]) => `  ${name.padEnd(12)} ${description}`,
  );
  root
    .command('test')
    .description("Run the tests of istio-ci itself (a distribution's own tests: istio-ci run test).")
    .option(
      '--suite <suite...>',
      `only these: ${names.join(', ')} (default: all, but versions and vm only if their inputs have changed since they passed here)`,
    )
    .option('--campaign <campaign>', `run a campaign instead of suites: ${Object.keys(campaigns).join(', ')}`)
    .option('--runs <n>', 'campaign: the number of runs', wholeNumber)
    .option('--seed <n>', 'campaign: repeat the random choices of this seed', wholeNumber)
    .option('--json', 'campaign: print its figures as JSON, times in milliseconds')
    .addHelpText('after', `\nCampaigns:\n${described.join('\n')}\n\n${examples}`)
    .action(async (options: TestOptions) => {
      if (options.campaign !== undefined) return runNamed(options.campaign, options, context);
      const wanted = options.suite ?? names;
      const unknown = wanted.find((name) => !names.includes(name));
      if (unknown !== undefined) throw toolsErrors.suiteUnknown(unknown, names);
      const everyday = options.suite === undefined;
      const count = await runSuites(wanted, { signal: context.signal, say: print, everyday });
      print(closingLine(count));
      context.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
    });
}

const examples = `Examples:
  istio-ci test
  istio-ci test --suite unit check
  istio-ci test --campaign kill --runs 50
  istio-ci test --campaign release --runs 500 --seed 1
  istio-ci test --campaign boot --runs 50 --json > boots.json`;

/** @throws {CiError} CAMPAIGN_UNKNOWN */
async function runNamed(name: string, { runs, seed, json }: TestOptions, context: CliContext): Promise<void> {
  const campaign = Object.hasOwn(campaigns, name) ? campaigns[name] : undefined;
  if (!campaign) throw toolsErrors.campaignUnknown(name, Object.keys(campaigns));
  const { signal } = context;
  const say = json ? plainLines : print;
  const { count, figures } = await runCampaign(campaign, { runs, seed, say, signal });
  if (json) printJson(figures);
  else print(`${JSON.stringify(figures)}\n${closingLine(count)}`);
  context.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
}

import { join } from 'node:path';
import { type Distribution, loadDistribution } from '@istio-ci/distribution';
import {
  checkPush,
  gitTop,
  optionsFromEnvironment,
  type ReleaseOptions,
  releasePlan,
  resumeAccess,
  resumeCommand,
} from '@istio-ci/pipeline';
import { type ReleasePlan, releaseStatus, resumableRecord, resumePush } from '@istio-ci/release-pusher';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { plainLines, print, printJson } from '../output.ts';
import { flagsOf, type SettingOptions } from '../settings.ts';
import { withErrorEvent } from '../view/json.ts';

interface DistributionOption {
  readonly distribution: string;
  readonly json?: boolean;
}
interface PlanOptions extends ResumeOptions, ReleaseOptions, SettingOptions {}
interface ResumeOptions extends DistributionOption {
  readonly credentials?: string;
  readonly buildTag?: string;
}

/** `release check|plan|status|resume`. */
export function addRelease(root: Command, context: CliContext): void {
  const release = root
    .command('release')
    .description('Plan and check a push, show how far the last one got, and finish it.')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci release plan -d ~/acme-istio --json\n  istio-ci release check -d ~/acme-istio --credentials ~/.docker/config.json\n  istio-ci release status -d ~/acme-istio\n  istio-ci release resume -d ~/acme-istio --credentials ~/.docker/config.json',
    );
  const add = (name: string, description: string, example: string) =>
    release
      .command(name)
      .description(description)
      .addHelpText('after', `\nExample:\n  istio-ci release ${name} -d ~/acme-istio ${example}`)
      .option(
        '-d, --distribution <directory>',
        'the distribution (default: ISTIO_CI_DISTRIBUTION, or .)',
        process.env.ISTIO_CI_DISTRIBUTION ?? '.',
      )
      .option('--json', 'print it as JSON');
  const withPlanOptions = (command: Command) =>
    command
      .option('--require-release', 'exit 3 if there is nothing to release')
      .option('--allow-dirty', 'allow a candidate from a tree with changes');
  const credentials = (command: Command) =>
    command.option('--credentials <file>', 'a Docker config.json (default: ISTIO_CI_CREDENTIALS)');

  const named = (command: Command) =>
    command
      .option('--hub <hubs...>', 'use these instead of the hubs in istio-ci.yaml (or ISTIO_CI_HUB)')
      .option(
        '--build-tag <name>',
        'the name of the build, which becomes the candidate tag (default: BUILD_TAG)',
      );

  named(
    withPlanOptions(
      add(
        'plan',
        'Show what a push would do, without writing anything: the candidate tag, and the release tag or why there is none.',
        '--json',
      ),
    ),
  ).action((options: PlanOptions) =>
    withErrorEvent(options.json, async () => {
      const distribution = await loadDistribution(options.distribution, { flags: flagsOf(options) });
      showPlan(
        await releasePlan(distribution, {
          ...optionsFromEnvironment(process.env),
          ...options,
          ...namesOf(options),
        }),
        options,
      );
    }),
  );
  credentials(
    named(
      withPlanOptions(
        add(
          'check',
          'Check before the build whether a push can succeed: the plan, the credentials, the right to push.',
          '--credentials ~/.docker/config.json',
        ),
      ),
    ),
  ).action((options: PlanOptions) =>
    withErrorEvent(options.json, async () => {
      const distribution = await loadDistribution(options.distribution, { flags: flagsOf(options) });
      const plan = await checkPush({
        ...optionsFromEnvironment(process.env),
        ...options,
        ...context,
        ...namesOf(options),
        distribution,
        progress: plainLines,
      });
      showPlan(plan, options);
    }),
  );
  add('status', 'Show how far the last push of the distribution got.', '--json').action(
    (options: DistributionOption) =>
      withErrorEvent(options.json, async () => {
        const distribution = await loadDistribution(options.distribution);
        const command = resumeCommand(distribution.root, namesOf(options));
        const status = await releaseStatus(outOf(distribution), command);
        if (options.json) return printJson(status);
        for (const { ref, digest, state } of status.rows) print(`${state.padEnd(9)} ${ref}  ${digest}`);
        if (status.failure) print(`failed:  ${status.failure.code}: ${status.failure.message}`);
        print(`outcome: ${status.outcome}${status.next === undefined ? '' : `; next: ${status.next}`}`);
      }),
  );
  credentials(
    add(
      'resume',
      'Finish the last push from where its journal ends. Its images are already in the registry.',
      '--credentials ~/.docker/config.json',
    ),
  )
    .option('--build-tag <name>', 'the session, if the registry is one of its services (default: BUILD_TAG)')
    .action((options: ResumeOptions) => withErrorEvent(options.json, () => resume(options, context)));
}

function showPlan(plan: ReleasePlan, { json }: DistributionOption): void {
  if (json) printJson(plan);
  else for (const line of planLines(plan)) print(line);
}

function planLines({ release, candidateTag }: ReleasePlan): string[] {
  const moving =
    release.kind === 'tag'
      ? release.moving.map((tag) => `           ${tag} follows it, unless a newer release exists`)
      : [];
  const head = release.kind === 'tag' ? release.tag : `none (${release.reason}): ${release.message}`;
  return [`candidate  ${candidateTag}`, `release    ${head}`, ...moving];
}

async function resume(options: ResumeOptions, { signal }: CliContext): Promise<void> {
  const distribution = await loadDistribution(options.distribution);
  const { hubs } = await resumableRecord(outOf(distribution));
  const access = await resumeAccess({ directory: options.distribution, ...namesOf(options) }, hubs);
  const receipt = await resumePush({
    ...access,
    outDir: outOf(distribution),
    resumeCommand: resumeCommand(distribution.root, namesOf(options)),
    scan: [await gitTop(distribution.root)],
    signal,
    progress: plainLines,
  });
  if (options.json) return printJson(receipt);
  print(`${receipt.outcome}: ${receipt.images.map(({ name, digest }) => `${name}@${digest}`).join(', ')}`);
}

const outOf = ({ root }: Distribution) => join(root, 'out');

const credentialsOf = ({ credentials }: { readonly credentials?: string }) =>
  credentials ?? process.env.ISTIO_CI_CREDENTIALS;

/** The names that a push to resume is found by. */
const namesOf = (options: Partial<ResumeOptions>) => ({
  credentials: credentialsOf(options),
  buildTag: options.buildTag ?? process.env.BUILD_TAG,
});

import { resolve } from 'node:path';
import { downSession, findSession, gcSessions } from '@istio-ci/cluster-runner';
import { repositoryRoot } from '@istio-ci/kit';
import {
  type Chain,
  chain,
  createRunContext,
  type EnvironmentOptions,
  optionsFromEnvironment,
  outPath,
  recordRun,
  runChain,
  runStage,
  summary,
  upTo,
  type View,
} from '@istio-ci/pipeline';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { cliErrors } from '../errors.ts';
import { keepOutput, withPlaces } from '../kept-output.ts';
import { print } from '../output.ts';
import { addSettings, distributionOption, flagsOf, type SettingOptions } from '../settings.ts';
import { addOutput, chooseView, type OutputOptions } from '../view/choose.ts';
import { emit, withErrorEvent } from '../view/json.ts';

const names = chain.map(([name]) => name);

export interface RunOptions extends SettingOptions, OutputOptions, EnvironmentOptions {
  readonly distribution: string;
  readonly keep?: boolean;
  /** The folder that the output is copied to, for a workspace that is removed. */
  readonly keepOutput?: string;
  /** The commands that reproduce the run, for a workspace that is removed. */
  readonly reproduce?: readonly string[];
}

/** `run` and `stage`: run the chain on a distribution, whole or one stage at a time. */
export function addRun(root: Command, context: CliContext): void {
  addOutput(addSettings(root.command('run')))
    .description('Run the chain on a distribution up to a stage (by default test), and leave nothing behind.')
    .argument('[stage]', `the last stage to run: ${names.join(', ')}`, 'test')
    .addOption(distributionOption())
    .option(
      '--build-tag <name>',
      'the name of the session and the candidate tag (default: BUILD_TAG, or derived from the directory)',
    )
    .option('--credentials <file>', 'a Docker config.json for Push (default: ISTIO_CI_CREDENTIALS)')
    .option('--dry-run', 'do everything in Push except writing to a registry (or ISTIO_CI_DRY_RUN=true)')
    .option('--require-release', 'exit 3 if HEAD has no release tag (or ISTIO_CI_REQUIRE_RELEASE=true)')
    .option(
      '--allow-dirty',
      'allow a candidate from a tree with changes, as <tag>-dirty (or ISTIO_CI_ALLOW_DIRTY=true)',
    )
    .option('--keep', 'leave the session running at the end')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci run --distribution ~/acme-istio\n  istio-ci run push --distribution . --credentials ~/.docker/config.json',
    )
    .action((stage: string, options: RunOptions) =>
      withErrorEvent(options.json, async () => {
        requireStage(stage);
        await runOnce(stage, { ...optionsFromEnvironment(process.env), ...options }, context);
      }),
    );
  addOutput(addSettings(root.command('stage')))
    .description(
      'Run one stage in the session that the stage cluster started (for CI; BUILD_TAG names the session).',
    )
    .argument('<stage>', names.join(', '))
    .option(
      '-d, --distribution <directory>',
      'the distribution (default: ISTIO_CI_DISTRIBUTION, or the bundled one)',
    )
    .addHelpText('after', '\nExample:\n  BUILD_TAG=jenkins-acme-7 istio-ci stage build --distribution .')
    .action(async (name: string, options: SettingOptions & OutputOptions & { distribution?: string }) => {
      const { distribution: directory, json } = options;
      await withErrorEvent(json, async () => {
        const stage = requireStage(name);
        const view = chooseView([name], { ...options, facts: true });
        const { run, error } = await runStage(name, stage, context, {
          directory,
          flags: flagsOf(options),
          view,
        });
        if (json && run) emit('run', { run });
        if (error !== undefined) throw error;
      });
    });
}

function requireStage(name: string) {
  const found = chain.find(([stage]) => stage === name);
  if (found) return found[1];
  throw cliErrors.stageUnknown(name, names);
}

/**
 * Runs the chain in this process, removes the session and prints the result.
 * @throws the error that stopped the chain
 */
export async function runOnce(last: string, options: RunOptions, context: CliContext): Promise<void> {
  const { run, page, error } = await runStages(last, options, context);
  if (run && options.json) emit('run', { run });
  else if (run && !options.quiet) print(`\n${summary(run, process.stdout.columns || undefined)}`);
  if (page !== undefined && !options.json) print(options.quiet ? page : `  report      ${page}`);
  if (error !== undefined) throw error;
}

async function runStages(last: string, options: RunOptions, context: CliContext) {
  const stages = upTo(chain, last);
  const names = stages.map(([name]) => name);
  const view = chooseView(names, options);
  try {
    return await runInView(stages, options, context, view);
  } finally {
    await view.close();
  }
}

async function runInView(stages: Chain, options: RunOptions, { signal, defer }: CliContext, view: View) {
  const startedAt = new Date();
  const runContext = await createRunContext({
    directory: options.distribution,
    buildTag: options.buildTag,
    flags: flagsOf(options),
    credentials: options.credentials,
    dryRun: options.dryRun,
    requireRelease: options.requireRelease,
    allowDirty: options.allowDirty,
    reproduce: options.reproduce,
    pushes: stages.at(-1)?.[0] === 'push',
    owner: options.keep ? undefined : process.pid,
    signal,
    progress: view.progress,
    output: view.output,
  });
  const { place, buildTag } = runContext;
  await gcSessions(place, { progress: view.progress });
  // An existing session of this name is used and kept: it is its owner's.
  const begun = (await findSession(place, buildTag)) !== undefined;
  if (!options.keep && !begun) defer(() => downSession(place, buildTag));
  const result = await runChain(stages, runContext, view);
  const { keepOutput: kept } = options;
  if (kept === undefined) return recordRun(runContext, result, startedAt);
  const out = outPath(runContext);
  const recorded = await recordRun(runContext, withPlaces(result, out, kept), startedAt);
  await keepOutput(out, kept);
  return { ...recorded, page: recorded.page?.replace(out, kept) };
}

/** The distribution that comes with the project. */
export const bundledDistribution = resolve(repositoryRoot, 'examples/istio');

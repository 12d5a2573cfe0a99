import { plainView, silentView, type View } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import { jsonView } from './json.ts';
import { liveView } from './live.ts';

/** How much a command says while it works, as commander gives it. */
export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Adds those options to a command that takes its time. */
export function addOutput(command: Command): Command {
  return command
    .option('-q, --quiet', 'say nothing but the result and errors')
    .option('-v, --verbose', 'every line as it comes, also on a terminal; errors with their stack')
    .option('--json', 'print events, one line of JSON each; the last is the result');
}

export type ViewKind = 'live' | 'plain' | 'silent' | 'json';

/** Which view fits: JSON and quiet when asked for, live on a terminal that a person watches. Pure. */
export function viewKind(
  { json, quiet, verbose }: OutputOptions,
  { isTTY, environment }: { isTTY: boolean; environment: NodeJS.ProcessEnv },
): ViewKind {
  if (json) return 'json';
  if (quiet) return 'silent';
  const watched = isTTY && environment.CI === undefined && environment.TERM !== 'dumb';
  return watched && !verbose ? 'live' : 'plain';
}

export interface ViewOptions extends OutputOptions {
  /** For stages after which no summary comes: they tell their facts as they end. */
  readonly facts?: boolean;
}

/** The view for a run of these stages; plain lines go to `to`, so that stdout can stay for the result. */
export function chooseView(
  stages: readonly string[],
  options: ViewOptions,
  to: NodeJS.WriteStream = process.stdout,
): View {
  // `report` in the kit asks for it; a child of ours has no use for it.
  if (options.verbose) process.env.ISTIO_CI_VERBOSE = '1';
  const isTTY = process.stdout.isTTY === true;
  const kind = viewKind(options, { isTTY, environment: process.env });
  if (kind === 'json') return jsonView();
  if (kind === 'silent') return silentView;
  if (kind === 'live') return liveView(stages, () => process.stdout.columns || 80, options);
  return plainView((line) => to.write(`${line}\n`), options);
}

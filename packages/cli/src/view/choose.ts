import { plainView, silentView, type View } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import { jsonView } from './json.ts';
import { liveView } from './live.ts';

/** The options for the output of a command, in the form that commander gives them. */
export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Adds these options to a command that takes long. */
export function addOutput(command: Command): Command {
  return command
    .option('-q, --quiet', 'print only the result and errors')
    .option('-v, --verbose', 'print every line, also on a terminal, and errors with their stack')
    .option('--json', 'print events, one line of JSON each; the last is the result');
}

export type ViewKind = 'live' | 'plain' | 'silent' | 'json';

/** Chooses the view: JSON or silent on request, live on a terminal that a person watches. Pure. */
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
  /** Print the facts of each stage at its end: for stages without a summary after them. */
  readonly facts?: boolean;
}

/** The view for a run of these stages. Plain lines go to `to`, so that stdout can be kept for the result. */
export function chooseView(
  stages: readonly string[],
  options: ViewOptions,
  to: NodeJS.WriteStream = process.stdout,
): View {
  // `runProgram` reads it when it prints an error.
  if (options.verbose) process.env.ISTIO_CI_VERBOSE = '1';
  const isTTY = process.stdout.isTTY === true;
  const kind = viewKind(options, { isTTY, environment: process.env });
  if (kind === 'json') return jsonView();
  if (kind === 'silent') return silentView;
  if (kind === 'live') return liveView(stages, () => process.stdout.columns || 80, options);
  return plainView((line) => to.write(`${line}\n`), options);
}

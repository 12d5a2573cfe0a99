import { imagesInText, type Redactor } from '@istio-ci/release-pusher';
import { runInBuilder } from '../builder/builder.ts';
import { runStageCommand } from '../builder/stage-command.ts';
import type { RunContext } from '../context.ts';

/**
 * The distribution's own push. Each `make` gets HUB and TAG on its command line, and any command gets them in
 * its environment. It can read the credentials, in the folder that DOCKER_CONFIG names, and its output is
 * redacted.
 * @throws {CiError} STAGE_FAILED
 */
export async function runMakePush(
  context: RunContext,
  hub: string,
  tag: string,
  dockerConfig: string,
  redactor: Redactor,
): Promise<void> {
  await runStageCommand(context, 'push', {
    command: pushCommand(context.distribution.stages.push, hub, tag),
    env: { HUB: hub, TAG: tag, DOCKER_CONFIG: dockerConfig },
    readOnly: [dockerConfig],
    redactor,
  });
}

/**
 * The commands that the push would run, as make prints them; empty if make cannot say, or if not only make
 * pushes.
 */
export async function planMakePush(context: RunContext, hub: string, tag: string): Promise<string> {
  const command = planCommand(context.distribution.stages.push, hub, tag);
  if (command === undefined) {
    context.progress?.('the push is not a single make, so what it pushes is unknown until it has run');
    return '';
  }
  const lines: string[] = [];
  await runInBuilder(context, {
    command,
    log: 'push-plan',
    env: { HUB: hub, TAG: tag },
    quiet: true,
    onLine: (line) => lines.push(line),
  });
  return lines.join('\n');
}

/** The names of the images that the push would push, as far as make can say. */
export async function plannedImages(context: RunContext, hub: string, tag: string): Promise<string[]> {
  return imagesInText(await planMakePush(context, hub, tag), hub, tag);
}

/**
 * A `make` that a shell would run as a command: first, or after an operator, in each case after assignments.
 */
const makes = /(^|[;&|(\n]\s*|\b(?:then|do|else)\s+)((?:\w+=\S*\s+)*)make(?=\s|$)/g;

/** The push of a stage's command, with HUB and TAG for every `make` in it. Pure. */
export function pushCommand(command: string, hub: string, tag: string): string {
  return command.replaceAll(makes, `$1$2make HUB=${hub} TAG=${tag}`);
}

/** A single `make` of plain words, with nothing else for a shell to run. */
const singleMake = /^ *(?:\w+=[\w@%+:,./-]* +)*make(?: +[\w@%+=:,./-]+)* *$/;

/** The dry run of the push; undefined if the command would run more than make. Pure. */
export function planCommand(command: string, hub: string, tag: string): string | undefined {
  if (!singleMake.test(command)) return undefined;
  return pushCommand(command.trim(), hub, tag).replace(/(^| )make /, '$1make --dry-run ');
}

import { imagesInText, type Redactor } from '@istio-ci/release-pusher';
import { runInBuilder } from '../builder/builder.ts';
import { runStageCommand } from '../builder/stage-command.ts';
import type { RunContext } from '../context.ts';

/**
 * The distribution's own push: HUB and TAG on the command line of each `make`, and in the environment of any command; the
 * credentials in the folder that DOCKER_CONFIG names, which it can only read; what it prints of them is kept nowhere.
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

/** What that push would run, as make tells; empty where make cannot tell, or where it is not make alone that pushes. */
export async function planMakePush(context: RunContext, hub: string, tag: string): Promise<string> {
  const command = planCommand(context.distribution.stages.push, hub, tag);
  if (command === undefined) {
    context.progress?.('the push is no single make: what it will push is not known before it has run');
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

/** The names of the images that the push would push, as far as make tells. */
export async function plannedImages(context: RunContext, hub: string, tag: string): Promise<string[]> {
  return imagesInText(await planMakePush(context, hub, tag), hub, tag);
}

/** A `make` where a shell takes a word for a command: first, or after an operator, each time after assignments. */
const makes = /(^|[;&|(\n]\s*|\b(?:then|do|else)\s+)((?:\w+=\S*\s+)*)make(?=\s|$)/g;

/** The push of a stage's command, with HUB and TAG for every `make` in it. Pure. */
export function pushCommand(command: string, hub: string, tag: string): string {
  return command.replaceAll(makes, `$1$2make HUB=${hub} TAG=${tag}`);
}

/** One `make` of plain words, and nothing that a shell would run besides. */
const singleMake = /^ *(?:\w+=[\w@%+:,./-]* +)*make(?: +[\w@%+=:,./-]+)* *$/;

/** The push's dry run; undefined for a command of which more than make's own would run. Pure. */
export function planCommand(command: string, hub: string, tag: string): string | undefined {
  if (!singleMake.test(command)) return undefined;
  return pushCommand(command.trim(), hub, tag).replace(/(^| )make /, '$1make --dry-run ');
}

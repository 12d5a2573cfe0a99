import { runInBuilder } from './builder.ts';
import type { Pipeline } from './context.ts';
import { runStageCommand } from './make.ts';

/**
 * The distribution's own push: HUB and TAG on the command line of a `make`, and in the environment of any command; the
 * credentials in the folder that DOCKER_CONFIG names, which it can only read.
 * @throws {CiError} STAGE_FAILED
 */
export async function runMakePush(
  pipeline: Pipeline,
  hub: string,
  tag: string,
  dockerConfig: string,
): Promise<void> {
  await runStageCommand(pipeline, 'push', {
    env: { HUB: hub, TAG: tag, DOCKER_CONFIG: dockerConfig },
    readOnly: [dockerConfig],
    ...(isMake(pipeline) ? { suffix: assignments(hub, tag) } : {}),
  });
}

/** What that push would run, as make tells; empty for a command that is no `make`, or where make cannot tell. */
export async function planMakePush(pipeline: Pipeline, hub: string, tag: string): Promise<string> {
  if (!isMake(pipeline)) return '';
  const lines: string[] = [];
  const command = pipeline.distribution.stages.push.replace(/^make /, 'make --dry-run ');
  await runInBuilder(pipeline, {
    command: `${command}${assignments(hub, tag)}`,
    log: 'push-plan',
    env: { HUB: hub, TAG: tag },
    quiet: true,
    onLine: (line) => lines.push(line),
  });
  return lines.join('\n');
}

function isMake({ distribution }: Pipeline): boolean {
  return distribution.stages.push.startsWith('make ');
}

function assignments(hub: string, tag: string): string {
  return ` HUB=${hub} TAG=${tag}`;
}

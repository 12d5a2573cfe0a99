import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';
import type { Run } from '@istio-ci/report';

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real CLI in a new process. Any exit code is a result. */
export async function cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const command = [process.execPath, join(repositoryRoot, 'packages/cli/src/main.ts'), ...args];
  try {
    return await run(command, { env: childEnv(env, ['DOCKER_HOST']) });
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

/** The last event of a command with `--json`: its result. */
export function lastEvent<T>({ stdout }: CliResult): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

/** The record of a run in the output of `run --json`. After it, a failed run prints its error. */
export function runOf({ stdout }: CliResult): Run {
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; run: Run });
  const found = events.find(({ event }) => event === 'run');
  if (!found) throw new Error(`There is no event 'run' in:\n${stdout}`);
  return found.run;
}

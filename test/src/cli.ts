import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real CLI as a process of its own; any exit code is a result. */
export async function cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const command = [process.execPath, join(repositoryRoot, 'packages/cli/src/main.ts'), ...args];
  try {
    return await run(command, { env: childEnv(env, ['DOCKER_HOST']) });
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Runs the real CLI on a terminal of its own, as a person does; after `timeoutMs` the terminal is closed.
 * @returns its exit code, whether it was still there then, and all that the terminal showed
 */
export async function onTerminal(
  args: readonly string[],
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<{ exitCode: number | null; timedOut: boolean; output: string }> {
  const main = join(repositoryRoot, 'packages/cli/src/main.ts');
  const line = `stty cols 100 rows 40; exec ${[process.execPath, main, ...args].map(quote).join(' ')}`;
  // CI makes plain lines of a live view, on a terminal as well.
  const env = childEnv({ TERM: 'xterm', SHELL: '/bin/sh', CI: undefined }, ['DOCKER_HOST']);
  try {
    const command = ['script', '--quiet', '--return', '--command', line, '/dev/null'];
    const { exitCode, stdout } = await run(command, { env, timeoutMs });
    return { exitCode, timedOut: false, output: stdout };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { exitCode, timedOut, stdout } = error;
    return { exitCode, timedOut, output: stdout };
  }
}

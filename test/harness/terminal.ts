import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Runs the real CLI on a new terminal. After `timeoutMs` the terminal is closed.
 * @returns its exit code, whether it was still running then, and everything that the terminal showed
 */
export async function onTerminal(
  args: readonly string[],
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<{ exitCode: number | null; timedOut: boolean; output: string }> {
  const main = join(repositoryRoot, 'packages/cli/src/main.ts');
  const line = `stty cols 100 rows 40; exec ${[process.execPath, main, ...args].map(quote).join(' ')}`;
  // With CI set, there would be plain lines instead of the live view.
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

/** A terminal in which a command runs. */
export interface Terminal {
  readonly shown: () => string;
  /** Resolves when the terminal shows this; rejects if the command ends before. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  /** Types keys. The input stays open: its end would end the command. */
  readonly type: (keys: string) => void;
  readonly ended: Promise<unknown>;
}

/** Runs a shell command in a new terminal, to watch it and to type into it. */
export function openTerminal(
  line: string,
  options: { readonly env: Record<string, string>; readonly cwd?: string },
): Terminal {
  let shown = '';
  const child = spawn('script', ['--quiet', '--command', line, '/dev/null'], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (data: Buffer) => {
    shown += data.toString();
  });
  const ended = once(child, 'close');
  const isThere = (text: string | RegExp) =>
    typeof text === 'string' ? shown.includes(text) : text.test(shown);
  const shows = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => isThere(text) && resolve();
      child.stdout.on('data', look);
      void ended.then(() => reject(new Error(`It ended without ${text}:\n${shown}`)));
      look();
    });
  return { shown: () => shown, shows, type: (keys) => child.stdin.write(keys), ended };
}

import type { Progress } from '@istio-ci/kit';
import { plainProgress } from '@istio-ci/pipeline';
import { type DefaultRenderer, Listr, type ListrTask, type SimpleRenderer } from 'listr2';

/** Whether a person watches: a terminal that is no CI's log. */
export function isInteractive(): boolean {
  return process.stdout.isTTY === true && process.env.CI === undefined;
}

/** A machine's answer: one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A line for people, on stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Plain progress lines on stderr, so that stdout stays for the result. */
export const plainLines: Progress = plainProgress((line) => process.stderr.write(`${line}\n`));

/**
 * Runs one long operation under a title: on a terminal a spinner with its last message, elsewhere (and with
 * `json`) plain lines on stderr.
 */
export async function withProgress<T>(
  title: string,
  operation: (progress: Progress) => Promise<T>,
  options: { readonly json?: boolean | undefined } = {},
): Promise<T> {
  if (options.json || !isInteractive()) return operation(plainLines);
  let result: T | undefined;
  const tasks = taskList([
    {
      title,
      task: async (_, task) => {
        result = await operation((message) => {
          task.output = message;
        });
      },
    },
  ]);
  await tasks.run();
  return result as T;
}

export type TerminalTask = ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** A task list on the terminal. Signals are ours (listr2 would exit 127 without cleaning up). */
export function taskList(tasks: TerminalTask[]) {
  return new Listr<unknown, 'default', 'simple'>(tasks, {
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: true, showErrorMessage: false },
  });
}

import type { Progress } from '@istio-ci/kit';
import { plainProgress, plainView } from '@istio-ci/pipeline';
import { chooseView, type OutputOptions } from './view/choose.ts';

/** Prints the result for machines: one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints a line for people on stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints progress as plain lines on stderr: stdout is for the result. */
export const plainLines: Progress = plainProgress((line) => process.stderr.write(`${line}\n`));

/**
 * Runs a long operation and shows its progress under a title: on a terminal the time and the last message,
 * elsewhere plain lines on stderr. With `events`, `json` prints events instead of one document.
 */
export async function withProgress<T>(
  title: string,
  operation: (progress: Progress) => Promise<T>,
  options: OutputOptions & { readonly events?: boolean } = {},
): Promise<T> {
  // If the result is one JSON document, nothing else may be on stdout.
  const view =
    options.json && !options.events
      ? plainView((line) => process.stderr.write(`${line}\n`))
      : chooseView([title], options, process.stderr);
  const start = performance.now();
  const end = async (result: 'passed' | 'failed') => {
    view.ended({ stage: title, result, seconds: (performance.now() - start) / 1000, facts: {} });
    await view.close();
  };
  view.started(title);
  try {
    const value = await operation(view.progress);
    await end('passed');
    return value;
  } catch (error) {
    await end('failed');
    throw error;
  }
}

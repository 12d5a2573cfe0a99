import type { Progress } from '@istio-ci/kit';
import { plainProgress, plainView } from '@istio-ci/pipeline';
import { chooseView, type OutputOptions } from './view/choose.ts';

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
 * Runs one long operation under a title, shown as `options` say: on a terminal with its time and its last message, elsewhere by
 * plain lines on stderr. With `events`, `json` asks for events and not for one document.
 */
export async function withProgress<T>(
  title: string,
  operation: (progress: Progress) => Promise<T>,
  options: OutputOptions & { readonly events?: boolean } = {},
): Promise<T> {
  // With one JSON document as its answer, a command's stdout is for that alone.
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

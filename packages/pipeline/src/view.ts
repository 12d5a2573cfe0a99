import { formatSeconds, type Progress } from '@istio-ci/kit';
import type { ChainListener, StageResult } from './chain.ts';

/** How a run shows itself while it runs. */
export interface View extends ChainListener {
  readonly progress: Progress;
  /** Gets each line that a stage's command prints. */
  readonly output: (line: string) => void;
  /** Waits until all that was shown is shown. */
  close(): Promise<void>;
}

/** As long as the longest name of a stage. */
const nameWidth = 10;

/** Plain lines, each with the name of its stage before it: for logs and for whoever reads by grep. */
export function plainView(say: (line: string) => void, options: { readonly facts?: boolean } = {}): View {
  let stage = '';
  const prefixed = (line: string) => say(namedLine(stage, nameWidth, line));
  return {
    started: (name) => {
      stage = name;
      prefixed('started');
    },
    ended: (result) => {
      for (const fact of options.facts ? factLines(result) : []) prefixed(fact);
      prefixed(`${result.result} in ${formatSeconds(result.seconds)}`);
    },
    progress: plainProgress((message) => {
      if (!isChatter(message)) prefixed(message);
    }),
    output: prefixed,
    close: async () => {},
  };
}

/** A line with the name of what it is of before it, in a column of `width` characters. Pure. */
export function namedLine(name: string, width: number, line: string): string {
  return `${name.padEnd(width)} | ${line}`.trimEnd();
}

/** Nothing at all: the summary and the error come after it. */
export const silentView: View = {
  started: () => {},
  ended: () => {},
  progress: () => {},
  output: () => {},
  close: async () => {},
};

/** What a stage tells of itself, a line each. Pure. */
export function factLines({ facts }: StageResult): string[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`);
}

/** A daemon's own log lines, which pass by while a cluster boots; they are kept in the cluster's logs. */
export function isChatter(message: string): boolean {
  return /^time="/.test(message);
}

/** Progress for logs: a message that only counts seconds or bytes is said again no sooner than after `everyMs`. */
export function plainProgress(say: (line: string) => void, everyMs = 15_000): (message: string) => void {
  let last = '';
  let lastAt = 0;
  return (message) => {
    const core = message.replaceAll(/\d+/g, '#');
    const now = performance.now();
    if (core === last && now - lastAt < everyMs) return;
    last = core;
    lastAt = now;
    say(message);
  };
}

import { formatSeconds, type Progress } from '@istio-ci/kit';
import type { ChainListener, StageResult } from './chain.ts';

/** How a run is shown while it runs. */
export interface View extends ChainListener {
  readonly progress: Progress;
  /** Receives each line that a stage's command prints. */
  readonly output: (line: string) => void;
  /** Waits until all output is written. */
  close(): Promise<void>;
}

/** The length of the longest stage name. */
const nameWidth = 10;

/** Plain lines with the name of their stage in front: for logs and for grep. */
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

/** A line with a name in front of it, in a column of `width` characters. Pure. */
export function namedLine(name: string, width: number, line: string): string {
  return `${name.padEnd(width)} | ${line}`.trimEnd();
}

/** Shows nothing while it runs: the summary and the error come afterwards. */
export const silentView: View = {
  started: () => {},
  ended: () => {},
  progress: () => {},
  output: () => {},
  close: async () => {},
};

/** The facts of a stage, one line each. Pure. */
export function factLines({ facts }: StageResult): string[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`);
}

/** A daemon's own log lines, printed while a cluster boots; the cluster's logs keep them. */
export function isChatter(message: string): boolean {
  return /^time="/.test(message);
}

/** Progress for logs: a message that differs only in numbers is repeated no sooner than after `everyMs`. */
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

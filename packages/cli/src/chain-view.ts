import { formatSeconds, type Progress } from '@istio-ci/kit';
import type { ChainListener, StageResult } from '@istio-ci/pipeline';
import { isInteractive, plainLines, type TerminalTask, taskList } from './output.ts';

/** How a chain shows itself while it runs. */
export interface ChainView extends ChainListener {
  readonly progress: Progress;
  readonly output: (line: string) => void;
  /** Waits until all that was shown is shown. */
  close(): Promise<void>;
}

/** The view for where we are: a task list on a terminal, plain lines elsewhere (with `json`: on stderr). */
export function chainView(
  stages: readonly string[],
  options: { readonly json?: boolean | undefined },
): ChainView {
  return isInteractive() && !options.json
    ? terminalView(stages)
    : plainView(options.json ? process.stderr : process.stdout);
}

function plainView(to: NodeJS.WritableStream): ChainView {
  const say = (line: string) => to.write(`${line}\n`);
  return {
    started: (stage) => say(`--- ${stage}`),
    ended: ({ stage, result, seconds }) => say(`--- ${stage} ${result} in ${formatSeconds(seconds)}`),
    progress: plainLines,
    output: say,
    close: async () => {},
  };
}

function terminalView(stages: readonly string[]): ChainView {
  const waiting = new Map(stages.map((stage) => [stage, Promise.withResolvers<void>()]));
  const shown = new Map<string, Parameters<TerminalTask['task']>[1]>();
  let current: string | undefined;
  const show = (message: string) => {
    const task = current === undefined ? undefined : shown.get(current);
    if (task) task.output = message;
  };
  const list = taskList(
    stages.map(
      (title): TerminalTask => ({
        title,
        task: (_, task) => {
          shown.set(title, task);
          return waiting.get(title)?.promise;
        },
      }),
    ),
  );
  const run = list.run().then(
    () => {},
    () => {},
  );
  return {
    started: (stage) => {
      current = stage;
    },
    ended: ({ stage, result, seconds }: StageResult) => {
      const task = shown.get(stage);
      if (task) task.title = `${stage} ${formatSeconds(seconds)}`;
      if (result === 'passed') waiting.get(stage)?.resolve();
      else waiting.get(stage)?.reject(new Error(result));
    },
    progress: show,
    output: show,
    close: () => run,
  };
}

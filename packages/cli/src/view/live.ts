import { formatSeconds } from '@istio-ci/kit';
import { factLines, isChatter, type View } from '@istio-ci/pipeline';
import { type DefaultRenderer, Listr, type ListrTask, type SimpleRenderer } from 'listr2';

type Task = ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;
type Shown = Parameters<Task['task']>[1];

/** How often the elapsed time of a stage is updated, in milliseconds. */
const everyMs = 1000;

/**
 * A task list on the terminal: each stage with its time, and below the running stage its last line. Lines
 * that are printed when no stage is running appear below the list.
 */
export function liveView(
  stages: readonly string[],
  columns: () => number,
  options: { readonly facts?: boolean | undefined } = {},
): View {
  const below: string[] = [];
  const ends = new Map(stages.map((stage) => [stage, Promise.withResolvers<void>()]));
  const shown = new Map<string, Shown>();
  let current: { readonly stage: string; readonly start: number } | undefined;
  const title = (stage: string, seconds: number, result = '') => {
    const task = shown.get(stage);
    if (task) task.title = `${stage.padEnd(10)} ${formatSeconds(seconds)}${result}`;
  };
  const show = (message: string) => {
    if (current === undefined) return void below.push(message);
    const task = shown.get(current.stage);
    const line = oneLine(message, columns() - 6);
    if (task && line !== '' && !isChatter(message)) task.output = line;
  };
  const tick = () => {
    if (current) title(current.stage, (performance.now() - current.start) / 1000);
  };
  const tasks = stages.map(
    (stage): Task => ({
      title: stage,
      task: (_, task) => {
        shown.set(stage, task);
        return ends.get(stage)?.promise;
      },
    }),
  );
  // `runProgram` handles signals: listr2 would exit 127 without cleaning up.
  const list = new Listr<unknown, 'default', 'simple'>(tasks, {
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: true, showErrorMessage: false },
  });
  let drawn: Promise<unknown> | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    started: (stage) => {
      drawn ??= list.run().catch(() => {});
      // A view that is never closed must not keep the process alive.
      timer ??= setInterval(tick, everyMs).unref();
      current = { stage, start: performance.now() };
    },
    ended: (ended) => {
      const { stage, result, seconds } = ended;
      current = undefined;
      if (options.facts && result === 'passed') below.push(...factLines(ended).map((fact) => `  ${fact}`));
      title(stage, seconds, result === 'passed' ? '' : ` ${result}`);
      if (result === 'passed') ends.get(stage)?.resolve();
      else ends.get(stage)?.reject(new Error(result));
    },
    progress: show,
    output: show,
    close: async () => {
      clearInterval(timer);
      // An error outside the stages can end the run before `ended` was called for the current one.
      if (current) ends.get(current.stage)?.reject(new Error('cut off'));
      await drawn;
      for (const line of below) process.stdout.write(`${line}\n`);
    },
  };
}

/** The last line of a text, without colours and control characters, cut to this width. Pure. */
export function oneLine(text: string, width: number): string {
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they match the escape sequences to remove.
    .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replaceAll('\t', ' ')
    .trim();
  const last = plain.split('\n').at(-1) ?? '';
  return last.length <= width ? last : `${last.slice(0, Math.max(width - 1, 0))}…`;
}

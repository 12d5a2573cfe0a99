import { spawnSync } from 'node:child_process';

/** A command of a page, as a reader would type it. */
export interface DocsCommand {
  readonly file: string;
  /** The line of its first word, from 1. */
  readonly line: number;
  readonly text: string;
  /** The reason why no test runs it. */
  readonly untested?: string;
}

/**
 * The start of a block of commands; the rest of the line may say why no test runs them: `sh no-run:
 * <reason>`.
 */
const opening = /^```(?:sh|bash|console)(?: no-run: (?<reason>.+)| (?<unknown>.+))?$/;

/**
 * The commands in the blocks of a page that are marked `sh`. No test runs those of a block marked `sh no-run:
 * <reason>`. Pure.
 * @throws {Error} naming file and line, if a block ends inside a command or is marked in another way
 */
export function commandsOf(file: string, page: string): DocsCommand[] {
  const commands: DocsCommand[] = [];
  let open = false;
  let block: { untested?: string } = {};
  let pending: { line: number; text: string } | undefined;
  for (const [index, content] of page.split('\n').entries()) {
    if (content.startsWith('```')) {
      if (pending) throw new Error(`${file}:${pending.line}: the block ends inside a command`);
      const start: RegExpExecArray | null = open ? null : opening.exec(content);
      const { reason, unknown } = start?.groups ?? {};
      if (unknown)
        throw new Error(`${file}:${index + 1}: the block is marked '${unknown}', not 'no-run: <reason>'`);
      open = start !== null;
      block = reason === undefined ? {} : { untested: reason };
      continue;
    }
    if (!open || (pending === undefined && (content.trim() === '' || content.startsWith('#')))) continue;
    pending = pending
      ? { ...pending, text: `${pending.text}\n${content}` }
      : { line: index + 1, text: content };
    if (!isWhole(pending.text)) continue;
    commands.push({ file, ...pending, ...block });
    pending = undefined;
  }
  return commands;
}

/**
 * Whether a shell accepts the text as complete: no open quote, `if` or here-document, and no backslash at its
 * end.
 */
function isWhole(text: string): boolean {
  return !text.endsWith('\\') && spawnSync('sh', ['-n'], { input: `${text}\n` }).status === 0;
}

/** Whether a command needs a Docker engine. */
export function needsEngine({ text }: DocsCommand): boolean {
  return /\bdocker |\bturbo |istio-ci (?!init|config|release plan|release status|envoy pin|completion|--)/.test(
    text,
  );
}

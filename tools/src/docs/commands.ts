import { spawnSync } from 'node:child_process';

/** A command of a page, as a reader would type it. */
export interface DocsCommand {
  readonly file: string;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly text: string;
  /** Why no test runs it. */
  readonly untested?: string;
}

const reasonIn = (text: string) => /#.*\bnot tested: (.+?)\)?\s*$/.exec(text)?.[1];

/**
 * The commands in the blocks of a page that are marked `sh`. One that says `not tested: <reason>` in its comment is not for a
 * test to run; where that comment has a line of its own, it goes for the rest of the block.
 */
export function commandsOf(file: string, page: string): DocsCommand[] {
  const commands: DocsCommand[] = [];
  let open = false;
  let blockReason: string | undefined;
  let pending: { line: number; text: string } | undefined;
  for (const [index, content] of page.split('\n').entries()) {
    if (content.startsWith('```')) {
      if (pending) throw new Error(`${file}:${pending.line}: the block ends inside a command`);
      open = !open && /^```(sh|bash|console)\b/.test(content);
      blockReason = undefined;
      continue;
    }
    if (!open || (pending === undefined && content.trim() === '')) continue;
    if (pending === undefined && content.startsWith('#')) {
      blockReason = reasonIn(content) ?? blockReason;
      continue;
    }
    pending = pending
      ? { ...pending, text: `${pending.text}\n${content}` }
      : { line: index + 1, text: content };
    if (!isWhole(pending.text)) continue;
    const untested = reasonIn(pending.text) ?? blockReason;
    commands.push({ file, ...pending, ...(untested === undefined ? {} : { untested }) });
    pending = undefined;
  }
  return commands;
}

/** Whether the shell takes the text for whole commands: no open quote, `if` or here-document, no backslash at its end. */
function isWhole(text: string): boolean {
  return !text.endsWith('\\') && spawnSync('sh', ['-n'], { input: `${text}\n` }).status === 0;
}

/** Whether a command makes or uses something in a Docker engine. */
export function needsEngine({ text }: DocsCommand): boolean {
  return /\bdocker |\bturbo |istio-ci (?!init|config|release plan|release status|envoy pin|completion|--)/.test(
    text,
  );
}

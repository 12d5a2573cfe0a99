/** One line of a comment. */
export interface CommentLine {
  /** From 1. */
  readonly line: number;
  /** The text of the comment, without what comes before it on its line. */
  readonly text: string;
  /** Columns of the whole line. */
  readonly width: number;
}

type Syntax = 'slash' | 'hash' | 'angle';

/**
 * The comments of a source file, line by line; none for a file of another kind. Strings are told from
 * comments line by line. Pure.
 */
export function commentLines(file: string, text: string): CommentLine[] {
  const syntax = syntaxFor(file, text);
  if (syntax === undefined) return [];
  const lines: CommentLine[] = [];
  let inBlock = false;
  for (const [index, content] of text.split('\n').entries()) {
    const start = inBlock ? 0 : commentStart(content, syntax);
    if (start === undefined) continue;
    lines.push({ line: index + 1, text: content.slice(start).trim(), width: [...content].length });
    inBlock = staysOpen(content.slice(start), syntax, inBlock);
  }
  return lines;
}

const slashFiles = /\.(?:ts|go|mod|groovy|css)$|(?:^|\/)Jenkinsfile$/;
const hashFiles =
  /\.(?:ya?ml|sh|mk|toml|conf|service|socket|network)$|(?:^|\/)(?:Makefile|Dockerfile)[^/]*$|ignore$/;

function syntaxFor(file: string, text: string): Syntax | undefined {
  if (slashFiles.test(file)) return 'slash';
  if (hashFiles.test(file) || text.startsWith('#!')) return 'hash';
  return file.endsWith('.xml') ? 'angle' : undefined;
}

const starts = { slash: ['//', '/*'], hash: ['#'], angle: ['<!--'] } as const;
const ends = { slash: '*/', hash: undefined, angle: '-->' } as const;

/** Where the comment of a line begins: at its start, or after a blank outside of any quotes. */
function commentStart(content: string, syntax: Syntax): number | undefined {
  let quote: string | undefined;
  for (const [index, character] of [...content].entries()) {
    if (quote !== undefined) {
      if (character === quote && content[index - 1] !== '\\') quote = undefined;
    } else if (`'"\``.includes(character)) {
      quote = character;
    } else if (index === 0 || /\s/.test(content[index - 1] ?? '')) {
      if (starts[syntax].some((start) => content.startsWith(start, index))) return index;
    }
  }
  return undefined;
}

function staysOpen(comment: string, syntax: Syntax, inBlock: boolean): boolean {
  const end = ends[syntax];
  if (end === undefined || comment.startsWith('//')) return false;
  return (inBlock || starts[syntax].some((start) => comment.startsWith(start))) && !comment.includes(end);
}

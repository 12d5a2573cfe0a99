import { dirname, join } from 'node:path';
import type { CommentLine } from './comments.ts';

/** A comment that is refused. */
export interface Fault {
  readonly line: number;
  readonly message: string;
}

/** The width that the formatter keeps code within, in columns (biome.json); it does not break comments. */
const lineWidth = 110;

/** The text of a file of the repository by its path; undefined if there is none. */
export type ReadPage = (path: string) => string | undefined;

/** All that is wrong with the comments of a file. Pure. */
export function commentFaults(file: string, comments: readonly CommentLine[], read: ReadPage): Fault[] {
  return comments.flatMap((comment) =>
    [deadDirective(comment), ...lostReferences(file, comment, read), tooWide(comment)].flatMap((message) =>
      message === undefined ? [] : [{ line: comment.line, message }],
    ),
  );
}

/** Directives for formatters and linters that this repository does not use. */
function deadDirective({ text }: CommentLine): string | undefined {
  const directive = /\b(?:prettier|eslint|tslint|standard)-(?:ignore|disable|enable)\b/.exec(text)?.[0];
  return directive && `${directive} does nothing: Biome formats and lints`;
}

const ownFolders = 'packages|scripts|tools|test|images|docs|examples';
const reference = new RegExp(
  [
    // A page, and the section that is named after it.
    String.raw`(?<page>[\w./-]+\.md)\b(?:,? (?<section>(?:section|finding|chapter|item) [\w.]+|[A-Z]\d*(?=[),.;:/]|$)|\d+(?:\.\d+)+))?`,
    String.raw`\b(?<file>(?:${ownFolders})/[\w./-]+\.(?:ts|go|sh))\b`,
    String.raw`(?<issue>\(issue \d+\))`,
  ].join('|'),
  'g',
);

/** References to files and sections that are not in the repository. */
function lostReferences(file: string, { text }: CommentLine, read: ReadPage): string[] {
  return [...text.matchAll(reference)].flatMap(({ groups = {} }) => {
    const { page, section, issue } = groups;
    if (issue !== undefined) return [`${issue} leads nowhere: write the fact itself`];
    const path = page ?? groups.file ?? '';
    const found = ['docs', ...foldersAbove(file)]
      .map((folder) => read(join(folder, path)))
      .find((one) => one !== undefined);
    if (found === undefined) return [`${path} is not in this repository: write the fact itself`];
    if (section !== undefined && !hasSection(found, section)) return [`${path} has no section '${section}'`];
    return [];
  });
}

/** The folders that a path in a file may start from, its own first. */
function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [folder] : [folder, ...foldersAbove(folder)];
}

function hasSection(page: string, section: string): boolean {
  const headings = page.split('\n').filter((line) => line.startsWith('#'));
  const words = section.replace(/^section /, '');
  return headings.some((heading) => ` ${heading} `.includes(` ${words} `));
}

/** A word as long as the line, such as an address, cannot be broken. */
function tooWide({ text, width }: CommentLine): string | undefined {
  const longest = Math.max(...text.split(/\s+/).map((word) => word.length));
  return width > lineWidth && longest < lineWidth - 20
    ? `the comment is ${width} columns wide, ${lineWidth} are allowed`
    : undefined;
}

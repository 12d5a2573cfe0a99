import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCommand } from '@istio-ci/cli/command';
import { repositoryRoot } from '@istio-ci/kit';
import { createToolsCommand } from '@istio-ci/tools/command';
import { unknownPart } from '@istio-ci/tools/docs/known-command';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';

const program = { signal: new AbortController().signal, defer: () => {} };
const { root } = createCommand(program);
// The launcher starts the commands of both.
for (const command of createToolsCommand(program).root.commands)
  if (root.commands.every((own) => own.name() !== command.name())) root.addCommand(command);

/**
 * Every command in running text and in tables: `istio-ci …`, and the first cells below the heading Command,
 * which leave that out.
 */
function spansOf(page: string): string[] {
  const text = page.replaceAll(/^```.*?^```/gms, '');
  const spans = [...text.matchAll(/`((?:\.\/)?istio-ci\s[^`]+)`/g)].map(([, span = '']) => span);
  const tables = [...text.matchAll(/^\| Command +\|.*\n((?:\|.*\n)+)/gm)].map(([, rows = '']) => rows);
  const cells = tables.flatMap((rows) => [...rows.matchAll(/^\| `([^`]+)`/gm)]).map(([, cell = '']) => cell);
  return [
    ...new Set([...spans, ...cells.map((cell) => cell.replace(/^(?:\.\/)?(?:istio-ci )?/, 'istio-ci '))]),
  ];
}

async function pages(): Promise<string[]> {
  const inFolder = async (folder: string) =>
    (await readdir(join(repositoryRoot, folder))).map((name) => join(folder, name));
  const packages = (await inFolder('packages')).map((folder) => join(folder, 'README.md'));
  const docs = (await inFolder('docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', ...docs, ...packages];
}

/** A command and all its subcommands. */
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

describe('a command as a page writes it', () => {
  it.each([
    'istio-ci run push --dry-run --hub a.example.com/x --kubernetes=1.36',
    './istio-ci --help',
    'istio-ci kubeconfig merge\\|remove NAME',
    'istio-ci kubectl NAME -- get pods --all-namespaces',
    'istio-ci up [NAME] [--lease MINUTES]',
  ])('is known: %s', (written) => {
    expect(unknownPart(root, written)).toBeUndefined();
  });

  it.each([
    ['istio-ci start acme', 'istio-ci has no command start'],
    ['istio-ci run test --dry', 'run has no option --dry'],
    ['istio-ci release undo', 'release has no command undo'],
    ['istio-ci down one two', 'down takes no argument two'],
    ['istio-ci pool fill|split 1', 'pool has no command fill|split'],
  ])('%s is not: %s', (written, why) => {
    expect(unknownPart(root, written)).toBe(why);
  });
});

describe('every command in the text of a page', async () => {
  const written = await Promise.all(
    (await pages()).map(async (file) => {
      const text = await readFile(join(repositoryRoot, file), 'utf8').catch(() => '');
      return spansOf(text).map((span) => [file, span.replaceAll(/\s+/g, ' ')] as const);
    }),
  );
  it.each(written.flat())('%s: %s', (_, span) => {
    expect(unknownPart(root, span)).toBeUndefined();
  });
});

describe('every example in the help', () => {
  /** The istio-ci commands in the lines below Example. */
  const examplesOf = (help: string) =>
    [...help.matchAll(/^Examples?:\n((?: {2}.+\n?)+)/gm)]
      .flatMap(([, lines = '']) => lines.split(/\n|&&|;|\$\(/))
      .map((line) =>
        line
          .trim()
          .replace(/^(?:\w+=\S+ )*/, '')
          .replace(/ [<>|] .*|\)"?$/, ''),
      )
      .filter((line) => line.startsWith('istio-ci '));
  const examples = all(root).flatMap((command) => {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
    return examplesOf(help.join(''));
  });
  it.each(examples)('%s', (line) => {
    expect(unknownPart(root, line)).toBeUndefined();
  });
});

import { commandsOf, needsEngine } from '@istio-ci/tools/docs/commands';
import { type Page, readPages } from '@istio-ci/tools/docs/pages';
import { createScratch, typePage } from '@istio-ci/tools/docs/scratch';
import { describe, expect, it } from 'vitest';

const page = (...lines: string[]) => commandsOf('a.md', lines.join('\n'));
const pages = await readPages();
const isTyped = ({ engine, commands }: Page) =>
  !engine && commands.some(({ untested }) => untested === undefined);

describe('the commands of a page', () => {
  it('are those in blocks marked sh, each with its line, continued ones as one', () => {
    expect(
      page('```sh', 'one \\', '  two', '', 'three', '```', '```yaml', 'four', '```', '```', 'five', '```'),
    ).toEqual([
      { file: 'a.md', line: 2, text: 'one \\\n  two' },
      { file: 'a.md', line: 5, text: 'three' },
    ]);
  });

  it('take a loop and an open quote to their end', () => {
    const texts = page('```sh', 'for a in 1', 'do echo $a', 'done', "echo 'b", "c'", '```').map(
      ({ text }) => text,
    );
    expect(texts).toEqual(['for a in 1\ndo echo $a\ndone', "echo 'b\nc'"]);
  });

  it('say why no test runs them, alone or for the rest of a block', () => {
    const reasons = page(
      '```sh',
      'a # x (not tested: because)',
      'b',
      '# not tested: needs more',
      'c',
      '```',
      '```sh',
      'd',
      '```',
    );
    expect(reasons.map(({ untested }) => untested)).toEqual(['because', undefined, 'needs more', undefined]);
  });

  it('need an engine when they make something there', () => {
    const command = (text: string) => needsEngine({ file: 'a.md', line: 1, text });
    expect(['./istio-ci up x', 'docker ps', 'pnpm turbo test'].map(command)).toEqual([true, true, true]);
    expect(['./istio-ci init .', './istio-ci config show', './istio-ci --help'].map(command)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('the pages', () => {
  it('tell of each command that no test runs why', () => {
    const untested = pages
      .flatMap(({ commands }) => commands)
      .filter((command) => command.untested !== undefined);
    process.stdout.write(
      untested
        .map(
          ({ file, line, text, untested: why }) => `not tested: ${file}:${line}: ${text.trim()} (${why})\n`,
        )
        .join(''),
    );
    expect(untested.filter(({ untested: why = '' }) => why.length < 10)).toEqual([]);
  });

  it('a failed command is named by its file and line', { timeout: 120_000 }, async () => {
    await using scratch = await createScratch();
    const commands = [
      { file: 'a.md', line: 3, text: 'cd docs' },
      { file: 'a.md', line: 4, text: 'test -e README.md && echo said; false' },
      { file: 'a.md', line: 5, text: 'touch ../reached' },
    ];
    expect(await typePage({ file: 'a.md', commands, engine: false }, scratch)).toBe('a.md:4 exited 1:\nsaid');
  });

  it.each(pages.filter(isTyped))('$file: every command in it runs', { timeout: 600_000 }, async (one) => {
    await using scratch = await createScratch();
    expect(await typePage(one, scratch)).toBeUndefined();
  });
});

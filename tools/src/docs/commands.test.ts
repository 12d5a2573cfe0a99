import { describe, expect, it } from 'vitest';
import { commandsOf, needsEngine } from './commands.ts';
import { readPages } from './pages.ts';

const page = (...lines: string[]) => commandsOf('a.md', lines.join('\n'));

describe('the commands of a page', () => {
  it('are those in blocks marked sh, each with its line, continued ones as one', () => {
    expect(
      page(
        '```sh',
        'one \\',
        '  two',
        '',
        '# three',
        'four',
        '```',
        '```yaml',
        'five',
        '```',
        '```',
        'six',
        '```',
      ),
    ).toEqual([
      { file: 'a.md', line: 2, text: 'one \\\n  two' },
      { file: 'a.md', line: 6, text: 'four' },
    ]);
  });

  it('take a loop and an open quote to their end', () => {
    const texts = page('```sh', 'for a in 1', 'do echo $a', 'done', "echo 'b", "c'", '```').map(
      ({ text }) => text,
    );
    expect(texts).toEqual(['for a in 1\ndo echo $a\ndone', "echo 'b\nc'"]);
  });

  it('carry the reason why no test runs their block', () => {
    const reasons = page('```sh no-run: needs more', 'a', 'b', '```', '```sh', 'c', '```');
    expect(reasons.map(({ untested }) => untested)).toEqual(['needs more', 'needs more', undefined]);
  });

  it('are refused in a block that is marked in another way', () => {
    expect(() => page('', '```sh norun', 'a', '```')).toThrow("a.md:2: the block is marked 'norun'");
  });

  it('need an engine if they make something there', () => {
    const command = (text: string) => needsEngine({ file: 'a.md', line: 1, text });
    expect(['./istio-ci up x', 'docker ps', 'pnpm turbo test'].map(command)).toEqual([true, true, true]);
    expect(['./istio-ci init .', './istio-ci config show', './istio-ci --help'].map(command)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

it('the pages give a reason for each block that no test runs', async () => {
  const commands = (await readPages()).flatMap((one) => one.commands);
  expect(commands.length).toBeGreaterThan(20);
  expect(commands.filter(({ untested: reason = 'tested by a test' }) => reason.length < 10)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { createCommand } from './command.ts';
import { candidates } from './complete.ts';

const { root } = createCommand({ signal: new AbortController().signal, defer: () => {} });
const values = {
  session: () => ['demo', 'other'],
  stage: () => ['check', 'test'],
  shell: () => ['bash', 'zsh'],
};

/** What can follow the line: what stands after its last blank is being typed. */
const after = async (line: string) =>
  (await candidates(root, line.split(' '), values)).map(({ word }) => word);

describe('candidates', () => {
  it('are all commands at the beginning, none of the hidden ones', async () => {
    const all = await after('');
    expect(all).toEqual(expect.arrayContaining(root.commands.slice(0, 5).map((command) => command.name())));
    expect(all).not.toContain('complete-words');
  });

  it('are those that begin with what was typed', async () => {
    expect(await after('kube')).toEqual(['kubeconfig', 'kubectl']);
    expect(await after('nothing')).toEqual([]);
  });

  it('tell in one sentence what they are', async () => {
    expect(await candidates(root, ['gc'], values)).toEqual([
      { word: 'gc', about: expect.stringMatching(/^Remove what is left .*\.$/) },
    ]);
  });

  it.each(['down ', 'status ', 'kubectl ', 'exec ', 'kubeconfig merge ', 'renew '])(
    'are sessions where one stands: %s',
    async (line) => expect(await after(line)).toEqual(['demo', 'other']),
  );

  it('are subcommands and sessions where both may stand', async () => {
    expect(await after('kubeconfig ')).toEqual(['print', 'merge', 'remove', 'help', 'demo', 'other']);
  });

  it.each([
    ['run ', ['check', 'test']],
    ['run t', ['test']],
    ['completion ', ['bash', 'zsh']],
  ])('are the values that an argument or option can have: %s', async (line, words) => {
    expect(await after(line)).toEqual(words);
  });

  it('are the options of the command', async () => {
    expect(await after('down --')).toEqual(['--help']);
    expect(await after('wait demo --t')).toEqual(['--timeout']);
    expect(await after('kubeconfig --out')).toEqual(['--output']);
  });

  it.each([
    'up --kubeconfig ',
    'kubeconfig demo -o ',
    'down demo ',
    'kubectl demo get ',
    'kubectl demo -- --',
  ])('are none where a file or a word of another program stands: %s', async (line) =>
    expect(await after(line)).toEqual([]),
  );

  it('see through options that take no value', async () => {
    expect(await after('status --json ')).toEqual(['demo', 'other']);
    expect(await after('wait --timeout 5 ')).toEqual(['demo', 'other']);
  });
});

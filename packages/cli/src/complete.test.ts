import { describe, expect, it } from 'vitest';
import { createCommand } from './command.ts';
import { candidates } from './complete.ts';

const { root } = createCommand({ signal: new AbortController().signal, defer: () => {} });
const values = {
  session: () => ['demo', 'other'],
  stage: () => ['check', 'test'],
  shell: () => ['bash', 'zsh'],
};

/** The candidates for a line; what follows its last blank is being typed. */
const after = async (line: string) =>
  (await candidates(root, line.split(' '), values)).map(({ word }) => word);

describe('candidates', () => {
  it('are all commands at the beginning, without the hidden ones', async () => {
    const all = await after('');
    expect(all).toEqual(expect.arrayContaining(root.commands.slice(0, 5).map((command) => command.name())));
    expect(all).not.toContain('complete-words');
  });

  it('are those that start with what was typed', async () => {
    expect(await after('kube')).toEqual(['kubeconfig', 'kubectl']);
    expect(await after('nothing')).toEqual([]);
  });

  it('come with one sentence each', async () => {
    expect(await candidates(root, ['gc'], values)).toEqual([
      { word: 'gc', about: expect.stringMatching(/^Remove the sessions .*\.$/) },
    ]);
  });

  it.each(['down ', 'status ', 'kubectl ', 'exec ', 'kubeconfig merge ', 'renew '])(
    'are sessions for an argument that is a session: %s',
    async (line) => expect(await after(line)).toEqual(['demo', 'other']),
  );

  it('are subcommands and sessions if both are possible', async () => {
    expect(await after('kubeconfig ')).toEqual(['print', 'merge', 'remove', 'help', 'demo', 'other']);
  });

  it.each([
    ['run ', ['check', 'test']],
    ['run t', ['test']],
    ['completion ', ['bash', 'zsh']],
  ])('are the values of an argument or option: %s', async (line, words) => {
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
  ])('are none for a file or a word of another program: %s', async (line) =>
    expect(await after(line)).toEqual([]),
  );

  it('ignore options without a value', async () => {
    expect(await after('status --json ')).toEqual(['demo', 'other']);
    expect(await after('wait --timeout 5 ')).toEqual(['demo', 'other']);
  });
});

import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createCommand } from './command.ts';

const { root } = createCommand({ signal: new AbortController().signal, defer: () => {} });

/** The commands without subcommands, each with all its words. */
function leaves(command: Command, words: string): [string, Command][] {
  if (command.commands.length === 0) return [[words, command]];
  return command
    .createHelp()
    .visibleCommands(command)
    .flatMap((one) => leaves(one, `${words} ${one.name()}`));
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

it.each(leaves(root, 'istio-ci').filter(([, command]) => command.name() !== 'help'))(
  '%s --help has an example',
  (words, command) => {
    const [, examples = ''] = helpOf(command).split(/\nExamples?:\n/);
    // `kubeconfig NAME` is short for `kubeconfig print NAME`.
    expect(examples).toContain(words.replace(/ print$/, ''));
  },
);

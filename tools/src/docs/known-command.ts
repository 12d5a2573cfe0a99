import type { Command, Option } from 'commander';

/**
 * Why the command line does not know what a page writes; undefined where it does. Only names are looked at, of commands and options:
 * values may be placeholders, as in `down NAME`. `[…]` is what may be left out, `a|b` one of two. Pure.
 */
export function unknownPart(root: Command, written: string): string | undefined {
  const words = written
    .replaceAll(/[[\]"…]|\.\.\./g, ' ')
    .replaceAll('\\|', '|')
    .trim()
    .split(/\s+/)
    .slice(1);
  let command = root;
  let places = 0;
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === '--') return undefined;
    if (isOption(word)) {
      const option = optionOf(command, word);
      if (option === undefined) return `${command.name()} has no option ${word}`;
      if (option === 'own') continue;
      if ((option.required || option.variadic) && !word.includes('=')) words.shift();
      while (option.variadic && words[0] !== undefined && !isOption(words[0])) words.shift();
      continue;
    }
    const inner = places === 0 ? innerCommand(command, word) : undefined;
    if (inner) {
      command = inner;
      continue;
    }
    if (command.commands.length > 0) {
      const usual = defaultCommand(command);
      if (usual === undefined) return `${command.name()} has no command ${word}`;
      command = usual;
    }
    places += 1;
    const { registeredArguments } = command;
    if (places > registeredArguments.length && !registeredArguments.at(-1)?.variadic)
      return `${command.name()} takes no argument ${word}`;
  }
  return undefined;
}

/** A dash alone is a value: stdin. */
const isOption = (word: string) => word.length > 1 && word.startsWith('-');

/** An option by its long or short name; help and version are commander's own. */
function optionOf(command: Command, word: string): Option | 'own' | undefined {
  const name = word.split('=')[0] ?? word;
  if (['-h', '--help', '-V', '--version'].includes(name)) return 'own';
  return command.options.find(({ long, short }) => name === long || name === short);
}

/** One word may stand for two commands, as `merge|remove`: then both have to be there. */
function innerCommand({ commands }: Command, word: string): Command | undefined {
  const named = word.split('|').map((name) => commands.find((one) => one.name() === name));
  return named.every((one) => one !== undefined) ? named[0] : undefined;
}

/** What a command without a name of its own runs; commander tells nobody. */
function defaultCommand(command: Command): Command | undefined {
  const { _defaultCommandName } = command as unknown as { readonly _defaultCommandName?: string | null };
  return command.commands.find((one) => one.name() === _defaultCommandName);
}

import type { Command, Option } from 'commander';

/**
 * Explains what the CLI does not know in a command from a page; undefined if it knows everything. Only the
 * names of commands and options are checked: values may be placeholders, as in `down NAME`. `[…]` is
 * optional, `a|b` is one of two. Pure.
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

/** A single dash is a value: stdin. */
const isOption = (word: string) => word.length > 1 && word.startsWith('-');

/** Finds an option by its long or short name; `own` is help and version, which commander adds. */
function optionOf(command: Command, word: string): Option | 'own' | undefined {
  const name = word.split('=')[0] ?? word;
  if (['-h', '--help', '-V', '--version'].includes(name)) return 'own';
  return command.options.find(({ long, short }) => name === long || name === short);
}

/** Finds a subcommand. A word such as `merge|remove` means two, and both must exist. */
function innerCommand({ commands }: Command, word: string): Command | undefined {
  const named = word.split('|').map((name) => commands.find((one) => one.name() === name));
  return named.every((one) => one !== undefined) ? named[0] : undefined;
}

/** The subcommand that runs by default. Commander has no public way to ask for it. */
function defaultCommand(command: Command): Command | undefined {
  const { _defaultCommandName } = command as unknown as { readonly _defaultCommandName?: string | null };
  return command.commands.find((one) => one.name() === _defaultCommandName);
}

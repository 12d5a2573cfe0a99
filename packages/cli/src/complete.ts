import type { Command, Option } from 'commander';

/** One word that the shell may put in, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/** What arguments and options' values of one name may be: `session` stands for all that is called `<session>`. */
export type Values = Readonly<Record<string, () => readonly string[] | Promise<readonly string[]>>>;

/**
 * What can follow on a command line: `words` are those after the program's name, the last one the one being typed,
 * which may be empty. It is read off the command tree itself, so that no command is ever missing here. Nothing is
 * the answer for a file's name, which shells complete better. Pure but for `values`.
 */
export async function candidates(
  root: Command,
  words: readonly string[],
  values: Values,
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? '';
  const place = placeOf(root, words.slice(0, -1));
  const fitting = (all: readonly Candidate[]) => all.filter(({ word }) => word.startsWith(typed));
  if (place.option) return fitting(await valuesOf(place.option.argChoices, valueName(place.option), values));
  if (typed.startsWith('-') && !place.literal) return fitting(options(place.command));
  const argument = argumentAt(place);
  return fitting([
    ...(place.operands === 0 ? subcommands(place.command) : []),
    ...(argument ? await valuesOf(argument.argChoices, argument.name(), values) : []),
  ]);
}

interface Place {
  readonly command: Command;
  /** How many arguments the command has by now. */
  readonly operands: number;
  /** The option whose value is being typed. */
  readonly option?: Option;
  /** True after `--`, and where what follows is another program's. */
  readonly literal: boolean;
}

function placeOf(root: Command, words: readonly string[]): Place {
  let place: Place = { command: root, operands: 0, literal: false };
  for (const word of words) place = after(place, word);
  return place;
}

function after({ command, operands, option, literal }: Place, word: string): Place {
  if (literal) return { command, operands: operands + 1, literal };
  // A variadic option takes words until the next option.
  if (option && !word.startsWith('-')) {
    return { command, operands, literal, ...(option.variadic ? { option } : {}) };
  }
  if (word === '--') return { command, operands, literal: true };
  if (word.startsWith('-')) {
    const named = command.options.find(({ long, short }) => word === long || word === short);
    return { command, operands, literal, ...(named?.required ? { option: named } : {}) };
  }
  const child = operands === 0 ? command.commands.find((other) => other.name() === word) : undefined;
  if (child) return { command: child, operands: 0, literal: false };
  return { command, operands: operands + 1, literal: passesThrough(command) };
}

/** A command that stands for another program: what follows its session is not ours. */
function passesThrough(command: Command): boolean {
  return (command as unknown as { _passThroughOptions?: boolean })._passThroughOptions === true;
}

/** A command without arguments of its own has those of its default subcommand. */
function argumentAt({ command, operands }: Place) {
  const owner = command.registeredArguments.length > 0 ? command : (defaultOf(command) ?? command);
  const list = owner.registeredArguments;
  const last = list.at(-1);
  return list[operands] ?? (last?.variadic ? last : undefined);
}

function defaultOf(command: Command): Command | undefined {
  const name = (command as unknown as { _defaultCommandName?: string | null })._defaultCommandName;
  return command.commands.find((other) => other.name() === name);
}

function subcommands(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ word: child.name(), about: firstSentence(child.description()) }));
}

function options(command: Command): Candidate[] {
  return [command, ...[defaultOf(command) ?? []].flat()].flatMap((owner) =>
    owner
      .createHelp()
      .visibleOptions(owner)
      .flatMap(({ long, description }) => (long ? [{ word: long, about: firstSentence(description) }] : [])),
  );
}

async function valuesOf(
  choices: readonly string[] | undefined,
  name: string,
  values: Values,
): Promise<Candidate[]> {
  const known = choices ?? (Object.hasOwn(values, name) ? await values[name]?.() : undefined);
  return (known ?? []).map((word) => ({ word }));
}

function valueName({ flags }: Option): string {
  return /[<[]([\w-]+)/.exec(flags)?.[1] ?? '';
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s/)[0] ?? text;
}

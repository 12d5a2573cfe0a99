import type { Command, Option } from 'commander';

/** A word that the shell may insert, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/**
 * The values for arguments and options by their placeholder: `session` is for everything written as
 * `<session>`.
 */
export type Values = Readonly<Record<string, () => readonly string[] | Promise<readonly string[]>>>;

/**
 * The words that can follow on a command line. `words` are those after the program's name; the last one is
 * being typed and may be empty. The candidates come from the command tree itself, so that no command is
 * missing. There are none for file names, which shells complete better. Pure apart from `values`.
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
  /** The number of arguments that the command has so far. */
  readonly operands: number;
  /** The option whose value is being typed. */
  readonly option?: Option;
  /** True after `--`, and for words that belong to another program. */
  readonly literal: boolean;
}

function placeOf(root: Command, words: readonly string[]): Place {
  let place: Place = { command: root, operands: 0, literal: false };
  for (const word of words) place = after(place, word);
  return place;
}

function after({ command, operands, option, literal }: Place, word: string): Place {
  if (literal) return { command, operands: operands + 1, literal };
  // A variadic option takes all words up to the next option.
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

/** True for a command that runs another program: the words after its session belong to that program. */
function passesThrough(command: Command): boolean {
  return (command as unknown as { _passThroughOptions?: boolean })._passThroughOptions === true;
}

/** The argument that is being typed. A command without arguments has those of its default subcommand. */
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

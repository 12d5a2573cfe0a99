import type { Command } from 'commander';
import { type Candidate, candidates, type Values } from '../complete.ts';
import { completeCommand } from '../completion-scripts.ts';
import { print } from '../output.ts';

/**
 * The hidden command that the shells' completion scripts call. `others` are commands that the root does not
 * have itself.
 */
export function addCompleteWords(root: Command, values: Values, others: readonly Candidate[] = []): void {
  root
    .command(completeCommand, { hidden: true })
    .argument('[words...]')
    .passThroughOptions()
    .action(async (words: string[]) => {
      const first = words.length > 1 ? [] : others.filter(({ word }) => word.startsWith(words[0] ?? ''));
      const found = [...(await candidates(root, words, values)), ...first];
      for (const { word, about } of found) print(about ? `${word}\t${about}` : word);
    });
}

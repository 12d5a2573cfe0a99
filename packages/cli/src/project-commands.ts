import type { Candidate } from './complete.ts';

/**
 * The commands for this project itself, which are no part of the product: the launcher starts them from
 * `tools/`.
 */
export const projectCommands: readonly Required<Candidate>[] = [
  { word: 'bench', about: 'Measure clusters and releases on this machine.' },
  { word: 'test', about: 'Run the tests of istio-ci itself.' },
];

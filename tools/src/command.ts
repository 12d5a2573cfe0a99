import { addCompleteWords } from '@istio-ci/cli/complete-words';
import { createRoot } from '@istio-ci/cli/root';
import type { ProgramContext } from '@istio-ci/kit';
import type { Command } from 'commander';
import { campaigns } from './campaign/campaigns.ts';
import { addBench, benchNames } from './commands/bench.ts';
import { addTest } from './commands/test.ts';
import { suites } from './suites/suites.ts';

/** The commands for this project itself; `./istio-ci` starts them like those of the product. */
export function createToolsCommand(program: ProgramContext) {
  return createRoot(program, [addBench, addTest, addCompletion]);
}

function addCompletion(root: Command): void {
  addCompleteWords(root, {
    bench: () => benchNames,
    suite: () => Object.keys(suites),
    campaign: () => Object.keys(campaigns),
  });
}

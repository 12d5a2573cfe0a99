import { listSessions, openPlace } from '@istio-ci/cluster-runner';
import { imageNames } from '@istio-ci/image-builder';
import { chain } from '@istio-ci/pipeline';
import type { Command } from 'commander';
import type { Values } from '../complete.ts';
import { completionScripts } from '../completion-scripts.ts';
import { cliErrors } from '../errors.ts';
import { projectCommands } from '../project-commands.ts';
import { addCompleteWords } from './complete-words.ts';

/** The longest time that a shell waits for the names of sessions, in milliseconds. */
const engineMs = 1000;

const values: Values = {
  session: async () => {
    const late = new Promise<never>((_, reject) => setTimeout(reject, engineMs).unref());
    const names = openPlace().then(async (place) => (await listSessions(place)).map(({ name }) => name));
    return Promise.race([names, late]).catch(() => []);
  },
  stage: () => chain.map(([name]) => name),
  image: () => imageNames,
};

/** `completion` prints the script for a shell; also adds the hidden command that the scripts call. */
export function addCompletion(root: Command): void {
  root
    .command('completion')
    .description('Print the script that lets a shell complete commands, options and the names of sessions.')
    .argument('<shell>', Object.keys(completionScripts).join(', '))
    .addHelpText('after', '\nExample:\n  source <(istio-ci completion bash)')
    .action((shell: string) => {
      if (!Object.hasOwn(completionScripts, shell))
        throw cliErrors.shellUnknown(shell, Object.keys(completionScripts));
      process.stdout.write(completionScripts[shell as keyof typeof completionScripts]);
    });
  addCompleteWords(root, { ...values, shell: () => Object.keys(completionScripts) }, projectCommands);
}

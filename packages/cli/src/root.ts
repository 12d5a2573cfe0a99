import type { ProgramContext } from '@istio-ci/kit';
import { Command, CommanderError } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import type { CliContext } from './context.ts';

/** Adds one or more commands to the root. */
export type AddCommand = (root: Command, context: CliContext) => void;

/**
 * A command line with these commands. `run` resolves to the exit code: commander reports usage errors itself,
 * and they exit 2; every other error is thrown.
 */
export function createRoot(program: ProgramContext, commands: readonly AddCommand[]) {
  const context: CliContext = { ...program, exitCode: 0 };
  const root = new Command('istio-ci')
    .version(packageJson.version)
    .showHelpAfterError('(istio-ci --help lists all commands)')
    .configureHelp({ showGlobalOptions: false })
    .enablePositionalOptions()
    .exitOverride();
  for (const add of commands) add(root, context);
  return {
    root,
    async run(argv: readonly string[]): Promise<number> {
      try {
        await root.parseAsync([...argv]);
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? 0 : 2;
      }
      return context.exitCode;
    },
  };
}

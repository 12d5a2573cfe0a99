import type { ProgramContext } from '@istio-ci/kit';

/** What a command's action gets besides its own arguments. */
export interface CliContext extends ProgramContext {
  /** The exit code of the program if nothing is thrown. */
  exitCode: number;
}

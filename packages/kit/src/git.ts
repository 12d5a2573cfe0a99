import { childEnv } from './environment.ts';
import { messageOf } from './errors.ts';

/** Runs one git command in a folder and returns what it printed. */
export type Git = (...args: string[]) => Promise<string>;

/** git ended with a code that the caller may know how to read. */
export class GitFailure extends Error {
  readonly exitCode: number;

  constructor(args: readonly string[], exitCode: number, stderr: string) {
    super(`git ${args.join(' ')}: exited ${exitCode}: ${stderr.trim()}`);
    this.name = 'GitFailure';
    this.exitCode = exitCode;
  }
}

export interface GitOptions {
  /** Variables besides the common ones of `childEnv()`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * git in the folder `root`, by its own arguments; its messages are in English. It takes no lock that it can
 * do without, so that a question does not disturb a build.
 *
 * simple-git takes a non-zero exit without a word on stderr for success; here every non-zero exit is a
 * {@link GitFailure}. Anything else that goes wrong (no git, no such folder) is an error of another class.
 */
export function openGit(root: string, { env = {}, signal }: GitOptions = {}): Git {
  return async (...args) => {
    let failure: GitFailure | undefined;
    const errors = (error: Buffer | Error | undefined, result: { exitCode: number; stdErr: Buffer[] }) => {
      if (result.exitCode !== 0)
        failure = new GitFailure(args, result.exitCode, Buffer.concat(result.stdErr).toString());
      return error;
    };
    try {
      const variables = childEnv({ LC_ALL: 'C', ...env });
      const { simpleGit } = await import('simple-git');
      const git = simpleGit({
        baseDir: root,
        errors,
        // simple-git refuses variables of git's own unless they are named. These are the caller's, not a
        // user's.
        allowEnvironment: Object.keys(variables),
        unsafe: { allowUnsafeConfigPaths: true },
        ...(signal ? { abort: signal } : {}),
      });
      const text = await git.env(variables).raw(['--no-optional-locks', ...args]);
      if (failure) throw failure;
      return text;
    } catch (cause) {
      signal?.throwIfAborted();
      throw failure ?? (cause instanceof Error ? cause : new Error(messageOf(cause)));
    }
  };
}

/** The fields of what git prints with `-z`. Pure. */
export function nulFields(output: string): string[] {
  return output.split('\0').filter((field) => field !== '');
}

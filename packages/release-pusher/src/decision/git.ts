import { childEnv, messageOf } from '@istio-ci/kit';
import { simpleGit } from 'simple-git';
import { releaseErrors } from '../errors.ts';

/** Runs one git command in a repository and gives its stdout. */
export type Git = (args: readonly string[]) => Promise<string>;

/** git ended with a code that the caller may know how to read. */
export class GitFailure extends Error {
  readonly exitCode: number;

  constructor(args: readonly string[], exitCode: number, stderr: string) {
    super(`git ${args.join(' ')}: exited ${exitCode}: ${stderr.trim()}`);
    this.name = 'GitFailure';
    this.exitCode = exitCode;
  }
}

/**
 * git in `root`, for reading only. By itself simple-git takes a non-zero exit without stderr for success
 * (style.md section 4); here every non-zero exit is a `GitFailure`. git takes no lock, so that it cannot disturb a build.
 * @throws {CiError} GIT_BROKEN when `root` is no folder
 */
export function openGit(root: string): Git {
  return async (args) => {
    let failure: GitFailure | undefined;
    const errors = (error: Buffer | Error | undefined, result: { exitCode: number; stdErr: Buffer[] }) => {
      if (result.exitCode !== 0)
        failure = new GitFailure(args, result.exitCode, Buffer.concat(result.stdErr).toString());
      return error;
    };
    try {
      const git = simpleGit({ baseDir: root, errors }).env(gitEnv());
      const text = await git.raw(['--no-optional-locks', ...args]);
      if (failure) throw failure;
      return text;
    } catch (cause) {
      throw failure ?? (cause instanceof Error ? cause : new Error(messageOf(cause)));
    }
  };
}

/** What git may see. simple-git refuses variables that could make git run other programs. */
function gitEnv(): Record<string, string> {
  const env = childEnv({ LC_ALL: 'C' });
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'GIT_SSL_CAINFO'));
}

/**
 * Runs `args` and makes every failure the one error for a git that cannot answer. Only with this can "no tag" mean
 * that there is none: `describe … || true` took a broken git for "not a release" (release.md 0.6).
 * @throws {CiError} GIT_BROKEN
 */
export async function gitText(git: Git, root: string, args: readonly string[]): Promise<string> {
  try {
    return await git(args);
  } catch (cause) {
    throw releaseErrors.gitBroken(root, cause);
  }
}

/** Like {@link gitText}, with undefined for exit code 1: git's "there is no such thing". */
export async function gitTextIfAny(
  git: Git,
  root: string,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    return await git(args);
  } catch (cause) {
    if (cause instanceof GitFailure && cause.exitCode === 1) return undefined;
    throw releaseErrors.gitBroken(root, cause);
  }
}

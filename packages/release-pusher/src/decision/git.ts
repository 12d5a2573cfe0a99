import { type Git, GitFailure } from '@istio-ci/kit';
import { releaseErrors } from '../errors.ts';

/**
 * Runs `args` and turns every failure into one error for a git that cannot answer. A broken git must not look
 * like "no tag", as it would with a `git describe` whose exit code is ignored.
 * @throws {CiError} GIT_BROKEN
 */
export async function gitText(git: Git, root: string, args: readonly string[]): Promise<string> {
  try {
    return await git(...args);
  } catch (cause) {
    throw releaseErrors.gitBroken(root, cause);
  }
}

/**
 * Like {@link gitText}, but undefined for exit code 1, with which git reports that something does not exist.
 */
export async function gitTextIfAny(
  git: Git,
  root: string,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    return await git(...args);
  } catch (cause) {
    if (cause instanceof GitFailure && cause.exitCode === 1) return undefined;
    throw releaseErrors.gitBroken(root, cause);
  }
}

import { type Git, GitFailure } from '@istio-ci/kit';
import { releaseErrors } from '../errors.ts';

/**
 * Runs `args` and makes every failure the one error for a git that cannot answer. Only with this can "no tag" mean
 * that there is none: `describe … || true` took a broken git for "not a release".
 * @throws {CiError} GIT_BROKEN
 */
export async function gitText(git: Git, root: string, args: readonly string[]): Promise<string> {
  try {
    return await git(...args);
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
    return await git(...args);
  } catch (cause) {
    if (cause instanceof GitFailure && cause.exitCode === 1) return undefined;
    throw releaseErrors.gitBroken(root, cause);
  }
}

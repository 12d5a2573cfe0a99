import { type Git, GitFailure, openGit } from '@istio-ci/kit';
import { releaseErrors } from '../errors.ts';
import { gitText, gitTextIfAny } from './git.ts';
import { planRelease, type ReleaseOptions, type ReleasePlan, type TagAtHead } from './plan.ts';
import type { TreeState } from './tree.ts';

export interface DecideOptions extends ReleaseOptions {
  /** The distribution's folder, in a git checkout. */
  readonly root: string;
  readonly env: {
    readonly GIT_COMMIT?: string | undefined;
    readonly TAG_NAME?: string | undefined;
    readonly BUILD_TAG?: string | undefined;
  };
  /** The tree as it was before Build. */
  readonly tree: TreeState;
}

/**
 * Reads the git checkout and decides what a push will do: the tag exactly at HEAD, or none and why.
 * It uses `git tag --points-at` and not `describe --exact-match`: that exits 128 both for "no tag" and for a
 * checkout that git refuses to read.
 * @throws {CiError} GIT_BROKEN, and what {@link planRelease} throws
 */
export async function decideRelease(options: DecideOptions): Promise<ReleasePlan> {
  const { root, env } = options;
  checkPattern(options.grammar?.pattern);
  const git = openGit(root);
  const facts = {
    tree: options.tree,
    tagsAtHead: await tagsAtHead(git, root),
    tagsMissing: await tagsMissing(git, root),
    gitCommit: env.GIT_COMMIT ? await resolveCommit(git, root, env.GIT_COMMIT) : undefined,
    tagName: env.TAG_NAME || undefined,
    buildTag: env.BUILD_TAG || undefined,
    now: new Date(),
  };
  return planRelease(facts, options);
}

function checkPattern(pattern: string | undefined): void {
  if (pattern === undefined) return;
  try {
    new RegExp(pattern);
  } catch (cause) {
    throw releaseErrors.patternInvalid(pattern, cause);
  }
}

async function tagsAtHead(git: Git, root: string): Promise<TagAtHead[]> {
  const format = '--format=%(refname:strip=2) %(objecttype)';
  const lines = (await gitText(git, root, ['tag', '--points-at', 'HEAD', format])).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', type] = line.split(' ');
      return { name, annotated: type === 'tag' };
    });
}

/**
 * Why this clone may lack tags, as the end of a sentence. Jenkins fetches no tags by default (git plugin 3.4
 * and later).
 */
async function tagsMissing(git: Git, root: string): Promise<string | undefined> {
  const shallow = await gitText(git, root, ['rev-parse', '--is-shallow-repository']);
  if (shallow.trim() === 'true') return 'this clone is shallow';
  const options = await gitTextIfAny(git, root, ['config', '--get-regexp', String.raw`^remote\..*\.tagopt$`]);
  if (options?.includes('--no-tags')) return 'this clone was made without tags';
  const remotes = await gitText(git, root, ['remote']);
  const any = await gitText(git, root, ['for-each-ref', '--count=1', 'refs/tags']);
  if (remotes.trim() !== '' && any.trim() === '') return 'this clone has no tag at all';
  return undefined;
}

/** The commit that `name` resolves to; `name` itself if this clone does not have it. */
async function resolveCommit(git: Git, root: string, name: string): Promise<string> {
  try {
    return (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`)).trim();
  } catch (cause) {
    if (cause instanceof GitFailure && [1, 128].includes(cause.exitCode)) return name;
    throw releaseErrors.gitBroken(root, cause);
  }
}

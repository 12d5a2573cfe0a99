import type { Distribution } from '@istio-ci/distribution';
import { GitFailure, openGit } from '@istio-ci/kit';
import { sourceTree } from './tree.ts';

/** The source at the start of a run, as git reports it. */
export interface Source {
  readonly commit: string;
  /** Absent if HEAD is on no branch and Jenkins names none. */
  readonly branch?: string | undefined;
  /** The tags at the commit that this checkout has. */
  readonly tags: readonly string[];
  /** True if the tree has uncommitted changes. */
  readonly dirty: boolean;
  /** Where it can be cloned from, without a password. */
  readonly remote?: string | undefined;
  /** The distribution's folder in the checkout; empty for its top. */
  readonly folder: string;
}

/**
 * The source of a distribution; undefined if it is not a git checkout or git does not answer. Push then says
 * why.
 */
export async function sourceOf(
  distribution: Distribution,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Source | undefined> {
  const git = (...args: string[]) => askGit(distribution.root, ...args);
  const tree = await sourceTree(distribution).catch(() => undefined);
  if (tree === undefined) return undefined;
  const remote = await git('remote', 'get-url', 'origin');
  return {
    commit: tree.commit,
    branch: (await git('symbolic-ref', '--short', '--quiet', 'HEAD')) ?? branchOf(environment),
    tags: (await git('tag', '--points-at', 'HEAD'))?.split('\n') ?? [],
    dirty: !tree.clean,
    remote: remote && withoutPassword(remote),
    folder: (await git('rev-parse', '--show-prefix'))?.replace(/\/$/, '') ?? '',
  };
}

/** git's output without the outer blanks; undefined if it fails or prints nothing. */
async function askGit(directory: string, ...args: string[]): Promise<string | undefined> {
  const text = await openGit(directory)(...args).catch((error: unknown) => {
    if (error instanceof GitFailure) return '';
    throw error;
  });
  return text.trim() || undefined;
}

/** Jenkins checks out a commit and sets BRANCH_NAME; in the build of a tag, that is the tag's name. */
function branchOf({ BRANCH_NAME, TAG_NAME }: NodeJS.ProcessEnv): string | undefined {
  return TAG_NAME ? undefined : BRANCH_NAME || undefined;
}

/**
 * A URL's user stays where ssh needs one; a token may stand in a user's place in http. Its end is the last
 * `@` before the path.
 */
function withoutPassword(remote: string): string {
  const [, scheme = '', user = '', rest = remote] = /^([a-z+]+:\/\/)([^/]*)@(.*)$/is.exec(remote) ?? [];
  return scheme.startsWith('ssh') ? `${scheme}${user.split(':')[0]}@${rest}` : `${scheme}${rest}`;
}

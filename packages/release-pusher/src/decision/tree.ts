import { nulFields, openGit, sha256 } from '@istio-ci/kit';
import { releaseErrors } from '../errors.ts';
import { gitText } from './git.ts';

/** The state of the source tree: its commit, and what differs from it. */
export interface TreeState {
  readonly commit: string;
  readonly clean: boolean;
  /** Paths that differ from the commit, untracked ones included, below the distribution's folder. */
  readonly changed: readonly string[];
  /** Fingerprint of every difference in tracked files: the same text means the same source. */
  readonly fingerprint: string;
}

/** Folders that a run makes below the distribution: its output, and what programs keep in their HOME. */
const made = ['out', '.cache', '.config', '.docker', '.kube'];

/**
 * The state of the source tree in `root`, taken before Build and again after Test. Files that a run itself
 * adds do not count if git does not track them: its own folders, and the paths in `ours`, relative to `root`.
 * @throws {CiError} GIT_BROKEN
 */
export async function treeState(root: string, ours: readonly string[] = []): Promise<TreeState> {
  const git = openGit(root);
  const commit = (await gitText(git, root, ['rev-parse', '--verify', 'HEAD^{commit}'])).trim();
  const status = async (untracked: 'all' | 'no', ...paths: string[]) => {
    const args = ['status', '--porcelain=v1', '-z', `--untracked-files=${untracked}`, '--', '.', ...paths];
    return parseStatus(await gitText(git, root, args));
  };
  const tracked = await status('no');
  const untracked = await status('all', ...[...made, ...ours].map((path) => `:(exclude,literal)${path}`));
  const diff = await gitText(git, root, [
    'diff',
    '--binary',
    '--full-index',
    '--no-ext-diff',
    '--no-textconv',
    'HEAD',
    '--',
    '.',
  ]);
  const changed = [...new Set([...tracked, ...untracked])];
  const fingerprint = sha256(diff);
  return { commit, clean: changed.length === 0, changed, fingerprint };
}

/**
 * The paths in the output of `git status --porcelain=v1 -z`; a rename or copy is followed by its old name.
 */
function parseStatus(output: string): string[] {
  const fields = nulFields(output);
  const paths: string[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    paths.push(field.slice(3));
    if (/[RC]/.test(field.slice(0, 2))) index += 1;
  }
  return paths;
}

/**
 * Checks that the source did not change between two states: same commit, same content of tracked files. New
 * untracked files are allowed, because a build makes them.
 * @throws {CiError} TREE_CHANGED
 */
export function assertTreeUnchanged(before: TreeState, after: TreeState): void {
  if (before.commit !== after.commit) throw releaseErrors.treeMoved(before.commit, after.commit);
  if (before.fingerprint === after.fingerprint) return;
  const known = new Set(before.changed);
  const fresh = after.changed.filter((path) => !known.has(path));
  throw releaseErrors.treeChanged(fresh.length > 0 ? fresh : after.changed);
}

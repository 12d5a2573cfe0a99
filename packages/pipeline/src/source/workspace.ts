import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openGit } from '@istio-ci/kit';

/** What a run leaves in a workspace; not part of the distribution. */
const generated = new Set(['out', 'bin', 'kubeconfig', 'node_modules']);

/** A temporary copy of a distribution; disposing of it removes it. */
export interface Workspace extends AsyncDisposable {
  readonly root: string;
}

/**
 * Copies a distribution into a git repository of its own, with everything in one commit, and tags it if a tag
 * is given. For the demo and the tests, which must release without touching the checkout they come from.
 */
export async function createWorkspace(source: string, tag?: string): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'istio-ci-'));
  await cp(source, root, {
    recursive: true,
    filter: (from) => from === source || !generated.has(basename(from)),
  });
  const identity = [
    '-c',
    'user.name=istio-ci',
    '-c',
    'user.email=istio-ci@localhost',
    '-c',
    'commit.gpgsign=false',
  ];
  const git = openGit(root, { env: { GIT_CONFIG_GLOBAL: '/dev/null' } });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git(...identity, 'commit', '--quiet', '--message', `A copy of ${basename(source)}`);
  if (tag !== undefined) await git('tag', tag);
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

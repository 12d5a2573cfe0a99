import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv, run } from '@istio-ci/kit';

/** A git repository with one commit, a bare remote that it was pushed to, and room for clones. */
export interface TestRepository extends AsyncDisposable {
  readonly folder: string;
  readonly root: string;
  readonly remote: string;
  git(...args: string[]): Promise<string>;
  /** Clones the remote with `args`, and gives the clone's folder. */
  clone(name: string, ...args: string[]): Promise<string>;
}

const env = childEnv({
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
  GIT_CONFIG_GLOBAL: '/dev/null',
});

export async function makeRepository(): Promise<TestRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-git-'));
  const root = join(folder, 'work');
  const remote = join(folder, 'remote.git');
  const git = async (...args: string[]) => (await run(['git', '-C', root, ...args], { env })).stdout.trim();
  await run(['git', 'init', '--quiet', '--bare', '--initial-branch=main', remote], { env });
  await run(['git', 'init', '--quiet', '--initial-branch=main', root], { env });
  await writeFile(join(root, 'Makefile'), 'push:\n');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'first');
  await git('remote', 'add', 'origin', remote);
  await git('push', '--quiet', 'origin', 'main');
  return {
    folder,
    root,
    remote,
    git,
    clone: async (name, ...args) => {
      const target = join(folder, name);
      await run(['git', 'clone', '--quiet', ...args, `file://${remote}`, target], { env });
      return target;
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  };
}

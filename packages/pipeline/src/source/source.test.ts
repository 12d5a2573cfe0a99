import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDistribution } from '@istio-ci/distribution';
import { childEnv, run } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceOf } from './source.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-source-'));
  await mkdir(join(root, 'mesh'));
  await writeFile(join(root, 'mesh/Makefile'), 'check:\n');
});
afterEach(() => rm(root, { recursive: true }));

const identity = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false'];
const git = async (...args: string[]) => {
  const env = childEnv({ GIT_CONFIG_GLOBAL: '/dev/null' });
  return (await run(['git', ...identity, ...args], { cwd: root, env })).stdout.trim();
};
const source = async (environment: NodeJS.ProcessEnv = {}) =>
  sourceOf(await loadDistribution(join(root, 'mesh'), { environment: {} }), environment);

async function commit() {
  await git('init', '--quiet', '--initial-branch', 'release-1.29');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'one');
}

describe('the source of a run', () => {
  it('is the commit, its branch, and every tag at it', async () => {
    await commit();
    await git('tag', '1.29.1-acme.2');
    await git('tag', '--annotate', '--message', 'x', 'tested');
    expect(await source()).toEqual({
      commit: await git('rev-parse', 'HEAD'),
      branch: 'release-1.29',
      tags: ['1.29.1-acme.2', 'tested'],
      dirty: false,
      remote: undefined,
      folder: 'mesh',
    });
  });

  it('has no tag if there is none, and detects changes in the tree', async () => {
    await commit();
    await writeFile(join(root, 'mesh/Makefile'), 'test:\n');
    expect(await source()).toMatchObject({ tags: [], dirty: true });
  });

  it("has Jenkins' branch if a commit is checked out, and none in the build of a tag", async () => {
    await commit();
    await git('checkout', '--quiet', '--detach');
    expect((await source({ BRANCH_NAME: 'main' }))?.branch).toBe('main');
    expect((await source({ BRANCH_NAME: '1.29.1', TAG_NAME: '1.29.1' }))?.branch).toBeUndefined();
  });

  it.each([
    ['https://ci:s3cr@t@git.example.com/acme.git', 'https://git.example.com/acme.git'],
    ['https://t0ken@git.example.com/a@b.git', 'https://git.example.com/a@b.git'],
    ['ssh://git:s3cret@git.example.com/acme.git', 'ssh://git@git.example.com/acme.git'],
    ['git@git.example.com:acme.git', 'git@git.example.com:acme.git'],
    ['/srv/git/acme.git', '/srv/git/acme.git'],
  ])('can be cloned from %s, told without a password', async (remote, told) => {
    await commit();
    await git('remote', 'add', 'origin', remote);
    expect((await source())?.remote).toBe(told);
  });

  it('is nothing without a checkout, and before its first commit', async () => {
    expect(await source()).toBeUndefined();
    await git('init', '--quiet');
    expect(await source()).toBeUndefined();
  });
});

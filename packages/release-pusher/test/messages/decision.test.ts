import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { type DecideOptions, decideRelease } from '../../src/decision/decide-release.ts';
import { assertTreeUnchanged, treeState } from '../../src/decision/tree.ts';
import { makeRepository, type TestRepository } from '../test-repository.ts';
import { Messages } from './messages.ts';

const messages = new Messages();

describe('the decision', () => {
  /** A separate repository for each row. */
  const row = (
    name: string,
    prepare: (repository: TestRepository) => Promise<Partial<DecideOptions> | undefined>,
    act: (repository: TestRepository, options: Partial<DecideOptions>) => Promise<unknown> = decide,
    exitCode = 3,
  ) =>
    it(name, async () => {
      await using repository = await makeRepository();
      const options = (await prepare(repository)) ?? {};
      await messages.failure(name, exitCode, () => act(repository, options), [
        [repository.root, '/workspace'],
      ]);
    });
  const decide = async ({ root }: TestRepository, options: Partial<DecideOptions>) => {
    const at = options.root ?? root;
    return decideRelease({ root: at, env: {}, tree: await treeState(at), ...options });
  };
  const change = ({ root }: TestRepository, name = 'Makefile') => writeFile(join(root, name), 'changed');

  row('dirty tree, candidate', async (r) => void (await change(r)));
  row('dirty tree, release', async (r) => {
    await r.git('tag', '1.29.1');
    for (let index = 0; index < 25; index += 1) await change(r, `file${index}.go`);
    return { allowDirty: true };
  });
  row(
    'changed during the build',
    async () => undefined,
    async (r) => {
      const before = await treeState(r.root);
      await change(r);
      assertTreeUnchanged(before, await treeState(r.root));
    },
  );
  row(
    'HEAD moved during the build',
    async () => undefined,
    async (r) => {
      const before = await treeState(r.root);
      await r.git('commit', '--allow-empty', '-q', '-m', 'second');
      assertTreeUnchanged(before, await treeState(r.root));
    },
  );
  row('a build that is called like a release', async () => ({ env: { BUILD_TAG: '1.29' } }), decide, 2);
  row('no tag, and a release is required', async (r) => {
    await r.git('tag', '1.29.0');
    await r.git('commit', '--allow-empty', '-q', '-m', 'second');
    return { requireRelease: true };
  });
  row('two release tags, and a release is required', async (r) => {
    await r.git('tag', '1.29.1');
    await r.git('tag', '1.29.2');
    return { requireRelease: true };
  });
  row('a clone without tags, and TAG_NAME is set', async (r) => {
    await r.git('tag', '1.29.1');
    await r.git('push', '-q', 'origin', '1.29.1');
    return { root: await r.clone('clone', '--no-tags'), env: { TAG_NAME: '1.29.1' } };
  });
  row('a shallow clone, and a release is required', async (r) => ({
    root: await r.clone('clone', '--depth=1'),
    requireRelease: true,
  }));
  row('a clone that has no tag at all, and a release is required', async (r) => ({
    root: await r.clone('clone'),
    requireRelease: true,
  }));
  row('no git checkout', async (r) => rm(join(r.root, '.git'), { recursive: true }).then(() => undefined));
  row('a git checkout without its objects', async (r) => {
    await rename(join(r.root, '.git/objects'), join(r.folder, 'objects'));
    await mkdir(join(r.root, '.git/objects'));
    return undefined;
  });
  row(
    'a pattern that is not a regular expression',
    async () => ({ grammar: { pattern: 'release-(' } }),
    decide,
    2,
  );
  row('a tag that is no version', async (r) => void (await r.git('tag', 'nightly')));
  row('a tag with a plus', async (r) => void (await r.git('tag', '1.29.1+acme.2')));
  row('GIT_COMMIT is not HEAD', async () => ({ env: { GIT_COMMIT: '0'.repeat(40) } }));
  row('TAG_NAME is not at HEAD', async (r) => {
    await r.git('tag', '1.29.1');
    return { env: { TAG_NAME: '1.29.2' } };
  });
});

describe.runIf(process.getuid?.() === 0)("a checkout of another user's", () => {
  it('has its text in ownership.txt', async () => {
    const owned = new Messages();
    await using repository = await makeRepository();
    const { root } = repository;
    for (const path of [root, join(root, '.git')]) await chown(path, 12_345, 12_345);
    await mkdir(join(root, 'charts'));
    await owned.failure('dubious ownership', 3, () => treeState(join(root, 'charts')), [
      [root, '/workspace'],
    ]);
    await owned.expectFile('ownership.txt');
  });
});

it('are the texts in decision.txt', () => messages.expectFile('decision.txt'));

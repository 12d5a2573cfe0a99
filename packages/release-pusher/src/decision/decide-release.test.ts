import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRepository, type TestRepository } from '../../test/test-repository.ts';
import { decideRelease } from './decide-release.ts';
import { treeState } from './tree.ts';

let repository: TestRepository;
beforeEach(async () => {
  repository = await makeRepository();
});
afterEach(async () => {
  await repository[Symbol.asyncDispose]();
});

const decide = async (options: Partial<Parameters<typeof decideRelease>[0]> = {}) => {
  const { root = repository.root } = options;
  return decideRelease({ root, env: { BUILD_TAG: 'build-1' }, tree: await treeState(root), ...options });
};

describe('the tag at HEAD', () => {
  it('is released when it is lightweight', async () => {
    await repository.git('tag', '1.29.1');
    expect(await decide()).toMatchObject({
      candidateTag: 'build-1',
      release: { kind: 'tag', tag: '1.29.1', annotated: false, moving: ['1.29', 'latest'] },
    });
  });

  it('is released when it is annotated', async () => {
    await repository.git('tag', '-a', '-m', 'release', 'v1.29.1-acme.2');
    const plan = await decide({ grammar: { vendor: ['acme'] } });
    expect(plan.release).toMatchObject({ kind: 'tag', tag: 'v1.29.1-acme.2', annotated: true });
  });

  it('is not a tag of the commit before', async () => {
    await repository.git('tag', '1.29.1');
    await repository.git('commit', '--allow-empty', '-q', '-m', 'second');
    expect((await decide()).release).toMatchObject({ kind: 'none', reason: 'NO_TAG' });
  });

  it('is found among tags that are not releases', async () => {
    await repository.git('tag', 'nightly');
    await repository.git('tag', '1.29.1');
    expect((await decide()).release).toMatchObject({ tag: '1.29.1' });
  });

  it('is none if two tags are releases, and both are listed', async () => {
    await repository.git('tag', '1.29.1');
    await repository.git('tag', '1.29.2');
    const { release } = await decide();
    expect(release).toMatchObject({ kind: 'none', reason: 'SEVERAL_TAGS' });
    expect(release).toMatchObject({ message: 'HEAD carries 2 release tags: 1.29.1, 1.29.2.' });
  });

  it('is the one that TAG_NAME names', async () => {
    await repository.git('tag', '1.29.1');
    await repository.git('tag', '1.29.2');
    expect((await decide({ env: { TAG_NAME: '1.29.1' } })).release).toMatchObject({ tag: '1.29.1' });
  });

  it('may follow a custom pattern, and then moves no other tag', async () => {
    await repository.git('tag', 'release-2026-11');
    const plan = await decide({ grammar: { pattern: String.raw`release-\d{4}-\d{2}` } });
    expect(plan.release).toMatchObject({ kind: 'tag', tag: 'release-2026-11', moving: [] });
  });
});

describe('no release', () => {
  it('is an error when one is required', async () => {
    await repository.git('tag', '1.29.0');
    await repository.git('commit', '--allow-empty', '-q', '-m', 'second');
    await expect(decide({ requireRelease: true })).rejects.toMatchObject({ code: 'NO_TAG', exitCode: 3 });
  });

  it('is an error for a tag that no release is named like', async () => {
    await repository.git('tag', 'nightly');
    await expect(decide()).rejects.toMatchObject({ code: 'TAG_NOT_SEMVER', exitCode: 3 });
  });

  it('suggests a dash for a plus', async () => {
    await repository.git('tag', '1.29.1+acme.2');
    await expect(decide()).rejects.toMatchObject({
      code: 'TAG_NOT_SEMVER',
      remedy: 'An image tag cannot hold "+": name the tag 1.29.1-acme.2.',
    });
  });

  it('is unknown in a clone without tags, even if HEAD has one', async () => {
    await repository.git('tag', '1.29.1');
    await repository.git('push', '-q', 'origin', '1.29.1');
    const root = await repository.clone('bare-of-tags', '--no-tags');
    expect((await decide({ root })).release).toMatchObject({ reason: 'TAGS_UNKNOWN' });
    await expect(decide({ root, env: { TAG_NAME: '1.29.1' } })).rejects.toMatchObject({
      code: 'TAGS_UNKNOWN',
      remedy: expect.stringContaining('git fetch --tags'),
    });
  });

  it('is not known in a shallow clone, while a tag at its HEAD is', async () => {
    const root = await repository.clone('shallow', '--depth=1');
    expect((await decide({ root })).release).toMatchObject({ reason: 'TAGS_UNKNOWN' });
    await repository.git('tag', '1.29.1');
    await repository.git('push', '-q', 'origin', '1.29.1');
    const tagged = await repository.clone('shallow-tagged', '--depth=1');
    expect((await decide({ root: tagged })).release).toMatchObject({ tag: '1.29.1' });
  });

  it('is not known in a clone that has no tag at all', async () => {
    const root = await repository.clone('plain');
    expect((await decide({ root })).release).toMatchObject({ reason: 'TAGS_UNKNOWN' });
  });
});

describe('the commit that is meant', () => {
  it('is wrong when GIT_COMMIT is not HEAD', async () => {
    const first = await repository.git('rev-parse', 'HEAD');
    await repository.git('commit', '--allow-empty', '-q', '-m', 'second');
    await expect(decide({ env: { GIT_COMMIT: first } })).rejects.toMatchObject({ code: 'WRONG_REF' });
  });

  it('is wrong when this clone does not have GIT_COMMIT', async () => {
    const env = { GIT_COMMIT: '0123456789012345678901234567890123456789' };
    await expect(decide({ env })).rejects.toMatchObject({ code: 'WRONG_REF', exitCode: 3 });
  });

  it('may be given in its short form', async () => {
    const head = await repository.git('rev-parse', 'HEAD');
    expect((await decide({ env: { GIT_COMMIT: head.slice(0, 10) } })).commit).toBe(head);
  });

  it('is wrong when HEAD does not carry TAG_NAME', async () => {
    await repository.git('tag', '1.29.1');
    await expect(decide({ env: { TAG_NAME: '1.29.2' } })).rejects.toMatchObject({
      code: 'WRONG_REF',
      message: 'TAG_NAME is 1.29.2, but HEAD carries 1.29.1.',
    });
  });
});

describe('a broken git', () => {
  it('is an error outside a checkout, never "no release"', async () => {
    await rm(join(repository.root, '.git'), { recursive: true });
    await expect(decide()).rejects.toMatchObject({ code: 'GIT_BROKEN', exitCode: 3 });
  });

  it('is an error if HEAD names a missing object', async () => {
    await rename(join(repository.root, '.git/objects'), join(repository.folder, 'objects'));
    await mkdir(join(repository.root, '.git/objects'));
    await expect(decide()).rejects.toMatchObject({ code: 'GIT_BROKEN' });
  });

  it('is an error before the first commit', async () => {
    await rm(join(repository.root, '.git/refs/heads/main'));
    await expect(decide()).rejects.toMatchObject({ code: 'GIT_BROKEN' });
  });

  it.runIf(process.getuid?.() === 0)('names the remedy for a checkout of another user', async () => {
    await chown(repository.root, 12345, 12345);
    await chown(join(repository.root, '.git'), 12345, 12345);
    await expect(decide()).rejects.toMatchObject({
      code: 'GIT_BROKEN',
      remedy: expect.stringContaining('safe.directory'),
    });
  });
});

describe('a tree with changes', () => {
  it('is refused for a release, whatever is allowed', async () => {
    await repository.git('tag', '1.29.1');
    await writeFile(join(repository.root, 'extra.go'), '');
    await expect(decide({ allowDirty: true })).rejects.toMatchObject({
      code: 'TREE_DIRTY',
      exitCode: 3,
      message: 'The source tree differs from its commit in 1 path: extra.go.',
    });
  });

  it.each(['1.29.1', '1.29', 'latest', '1.30.0-rc.1'])('takes no build that is called %s', async (tag) => {
    await expect(decide({ env: { BUILD_TAG: tag } })).rejects.toMatchObject({ code: 'BUILD_TAG_RESERVED' });
  });

  it('takes no build that is called like the release, whatever its grammar', async () => {
    await repository.git('tag', 'release-7');
    const options = { grammar: { pattern: 'release-\\d+' }, env: { BUILD_TAG: 'release-7' } };
    await expect(decide(options)).rejects.toMatchObject({ code: 'BUILD_TAG_RESERVED', exitCode: 2 });
  });

  it('gives a -dirty candidate only if that is allowed', async () => {
    await writeFile(join(repository.root, 'Makefile'), 'changed');
    await expect(decide()).rejects.toMatchObject({ code: 'TREE_DIRTY' });
    expect(await decide({ allowDirty: true })).toMatchObject({ candidateTag: 'build-1-dirty' });
  });

  it('does not count our own out/, nor files that git ignores', async () => {
    await writeFile(join(repository.root, '.git/info/exclude'), 'bin/\n');
    for (const folder of ['out', 'bin']) {
      await mkdir(join(repository.root, folder));
      await writeFile(join(repository.root, folder, 'file'), '');
    }
    expect((await treeState(repository.root)).clean).toBe(true);
  });

  it('does not count files that a run adds, unless git tracks them', async () => {
    const place = async (path: string) => {
      await mkdir(join(repository.root, path, '..'), { recursive: true });
      await writeFile(join(repository.root, path), 'ours');
    };
    const ours = ['kubeconfig', 'pilot/platform/kube/config'];
    for (const path of [...ours, '.kube/cache/x', '.docker/config.json']) await place(path);
    expect((await treeState(repository.root, ours)).clean).toBe(true);
    await place('pilot/platform/other');
    expect((await treeState(repository.root, ours)).changed).toEqual(['pilot/platform/other']);
    await repository.git('add', '--force', '.');
    await repository.git('commit', '-q', '-m', 'all');
    await writeFile(join(repository.root, 'kubeconfig'), 'changed');
    expect((await treeState(repository.root, ours)).changed).toEqual(['kubeconfig']);
  });

  it('lists a renamed file once', async () => {
    await repository.git('mv', 'Makefile', 'Make file');
    expect((await treeState(repository.root)).changed).toEqual(['Make file']);
  });

  it('counts a changed file mode', async () => {
    await chmod(join(repository.root, 'Makefile'), 0o755);
    expect((await treeState(repository.root)).changed).toEqual(['Makefile']);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRepository, type TestRepository } from '../../test/test-repository.ts';
import { assertTreeUnchanged, treeState } from './tree.ts';

let repository: TestRepository;
beforeEach(async () => {
  repository = await makeRepository();
});
afterEach(async () => {
  await repository[Symbol.asyncDispose]();
});

describe('assertTreeUnchanged', () => {
  it('lets a build make new files', async () => {
    const before = await treeState(repository.root);
    await writeFile(join(repository.root, 'binary'), '');
    expect(() => assertTreeUnchanged(before, before)).not.toThrow();
    const after = await treeState(repository.root);
    expect(() => assertTreeUnchanged(before, after)).not.toThrow();
  });

  it('sees a source file that changed', async () => {
    const before = await treeState(repository.root);
    await writeFile(join(repository.root, 'Makefile'), 'changed');
    const after = await treeState(repository.root);
    expect(() => assertTreeUnchanged(before, after)).toThrow(
      'The source changed while it was built: Makefile.',
    );
  });

  it('sees a second change of a file that was changed before', async () => {
    await writeFile(join(repository.root, 'Makefile'), 'one');
    const before = await treeState(repository.root);
    await writeFile(join(repository.root, 'Makefile'), 'two');
    const after = await treeState(repository.root);
    expect(() => assertTreeUnchanged(before, after)).toThrow('Makefile');
  });

  it('sees that HEAD moved', async () => {
    const before = await treeState(repository.root);
    await repository.git('commit', '--allow-empty', '-q', '-m', 'second');
    const after = await treeState(repository.root);
    expect(() => assertTreeUnchanged(before, after)).toThrow('HEAD moved');
  });
});

import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GitFailure, nulFields, openGit } from './git.ts';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'istio-ci-git-')));
  await openGit(folder)('init', '--quiet');
  await writeFile(join(folder, 'a file'), '');
});
afterAll(() => rm(folder, { recursive: true }));

it('git answers about the folder that it was opened in', async () => {
  expect(await openGit(folder)('rev-parse', '--show-toplevel')).toBe(`${folder}\n`);
  expect(nulFields(await openGit(folder)('ls-files', '--others', '-z'))).toEqual(['a file']);
});

it('a code other than 0 is a failure that has it, even without a word', async () => {
  await expect(openGit(folder)('config', '--get', 'no.such')).rejects.toMatchObject({
    name: 'GitFailure',
    exitCode: 1,
  });
  await expect(openGit(folder)('rev-parse', 'HEAD^{commit}')).rejects.toMatchObject({ exitCode: 128 });
});

it('a folder that is not there is no failure of git', async () => {
  const error = await openGit(join(folder, 'none'))('status').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(GitFailure);
});

it('git can be given variables, its own too', async () => {
  const git = openGit(folder, { env: { GIT_CONFIG_GLOBAL: '/dev/null' } });
  expect(await git('config', '--list', '--global')).toBe('');
});

it('a stopped git throws the reason', async () => {
  const stopped = openGit(folder, { signal: AbortSignal.abort(new Error('stopped by hand')) });
  await expect(stopped('status')).rejects.toThrow('stopped by hand');
});

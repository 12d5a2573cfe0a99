import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mergeSession, removeMergedSession, userKubeconfig } from './user-file.ts';

const session = `clusters: [{name: kubernetes, cluster: {server: "https://127.0.0.1:32768"}}]
users: [{name: admin, user: {token: t}}]
contexts: [{name: admin, context: {cluster: kubernetes, user: admin}}]
current-context: admin
`;
const mine = `# mine
clusters: []
contexts: []
users: []
x-unknown: kept
current-context: prod
`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'user-kubeconfig-'));
  file = join(folder, '.kube/config');
});
afterEach(() => rm(folder, { recursive: true }));

describe('userKubeconfig', () => {
  const there = (path: string) => path === '/b';

  it.each([
    [{ HOME: '/home/u' }, '/home/u/.kube/config'],
    [{ HOME: '/home/u', KUBECONFIG: '' }, '/home/u/.kube/config'],
    [{ KUBECONFIG: '/a' }, '/a'],
    [{ KUBECONFIG: '/a:/b:/c' }, '/b'],
    [{ KUBECONFIG: ':/a:/c' }, '/c'],
  ])('is for %j, as for kubectl, %s', (env, path) => expect(userKubeconfig(env, there)).toBe(path));
});

describe('a session in the file of the user', () => {
  it('makes a missing file, for this user alone', async () => {
    expect(await mergeSession(file, 's', session)).toBe('istio-ci-s');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(parse(await readFile(file, 'utf8'))['current-context']).toBe('istio-ci-s');
  });

  it('is removed again and leaves the rest, with comments and unknown fields', async () => {
    file = join(folder, 'config');
    await writeFile(file, mine);
    await mergeSession(file, 's', session, { keepContext: true });
    expect(await removeMergedSession(file, 's')).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(mine);
    expect(await readdir(folder)).toEqual(['config']);
  });

  it('is one of many that are merged at the same time', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => mergeSession(file, name, session)));
    const { contexts } = parse(await readFile(file, 'utf8')) as { contexts: { name: string }[] };
    expect(contexts.map(({ name }) => name).sort()).toEqual(names.map((name) => `istio-ci-${name}`));
  });

  it('if it was never merged, the file is neither touched nor parsed', async () => {
    expect(await removeMergedSession(file, 's')).toBe(false);
    const other = join(folder, 'config');
    await writeFile(other, 'no kubeconfig', { mode: 0o644 });
    expect(await removeMergedSession(other, 's')).toBe(false);
    expect([await readFile(other, 'utf8'), (await stat(other)).mode & 0o777]).toEqual([
      'no kubeconfig',
      0o644,
    ]);
  });

  it("does not wait for another program's lock if the file does not contain it", async () => {
    file = join(folder, 'config');
    await writeFile(file, mine);
    await writeFile(`${file}.lock`, '');
    expect(await removeMergedSession(file, 's')).toBe(false);
  });

  it('is refused by a file that is not a kubeconfig, which stays unchanged', async () => {
    file = join(folder, 'config');
    await writeFile(file, 'kind: Pod\n');
    await expect(mergeSession(file, 's', session)).rejects.toMatchObject({
      code: 'KUBECONFIG_INVALID',
      message: `${file}: This is not a kubeconfig: its kind is Pod.`,
    });
    expect(await readFile(file, 'utf8')).toBe('kind: Pod\n');
  });
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { childEnv, run } from '@istio-ci/kit';

/** A git repository with one commit, a bare remote that it was pushed to, and room for clones. */
export interface TestRepository extends AsyncDisposable {
  readonly folder: string;
  readonly root: string;
  readonly remote: string;
  git(...args: string[]): Promise<string>;
  /** Clones the remote with `args` and returns the clone's folder. */
  clone(name: string, ...args: string[]): Promise<string>;
}

const env = childEnv({
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
  GIT_CONFIG_GLOBAL: '/dev/null',
});

/**
 * Makes a repository as it is before a test changes it. Each is a copy of the first one: git alone would take
 * six processes.
 */
export async function makeRepository(): Promise<TestRepository> {
  first ??= firstFiles();
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-git-'));
  await writeFiles(folder, await first);
  const root = join(folder, 'work');
  const remote = join(folder, 'remote.git');
  return {
    folder,
    root,
    remote,
    git: (...args) => git(root, ...args),
    clone: async (name, ...args) => {
      const target = join(folder, name);
      await run(['git', 'clone', '--quiet', ...args, `file://${remote}`, target], { env });
      return target;
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  };
}

const git = async (root: string, ...args: string[]) =>
  (await run(['git', '-C', root, ...args], { env })).stdout.trim();

/** The content of each file of both repositories, by its path; undefined for a folder. */
type Files = ReadonlyMap<string, Buffer | undefined>;
let first: Promise<Files> | undefined;

async function firstFiles(): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-git-'));
  const root = join(folder, 'work');
  const remote = join(folder, 'remote.git');
  const init = ['git', 'init', '--quiet', '--template=', '--initial-branch=main'];
  try {
    await run([...init, '--bare', remote], { env });
    await run([...init, root], { env });
    // Usually from the template, which has many files that no test reads.
    await mkdir(join(root, '.git/info'));
    await writeFile(join(root, 'Makefile'), 'push:\n');
    await git(root, 'add', '.');
    await git(root, 'commit', '--quiet', '-m', 'first');
    await git(root, 'remote', 'add', 'origin', '../remote.git');
    await git(root, 'push', '--quiet', 'origin', 'main');
    return await readFiles(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readFiles(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(folder, path), entry.isDirectory() ? undefined : await readFile(path)] as const;
  });
  return new Map(await Promise.all(files));
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of files) {
    if (content === undefined) await mkdir(join(folder, path), { recursive: true });
    else await writeFile(join(folder, path), content);
  }
}

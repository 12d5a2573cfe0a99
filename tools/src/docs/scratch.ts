import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError, cachePath, checkoutFiles, childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import type { Page } from './pages.ts';

/** A fresh checkout of this repository, and a home directory with a distribution in `src/acme-istio`. */
export interface Scratch extends AsyncDisposable {
  readonly checkout: string;
  readonly home: string;
}

/** Makes both in a temporary folder. The checkout includes changes that are not committed yet. */
export async function createScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-docs-'));
  const [checkout, home] = [join(folder, 'istio-ci'), join(folder, 'home')];
  for (const file of await checkoutFiles()) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await cp(join(repositoryRoot, file), join(checkout, file), { verbatimSymlinks: true });
  }
  const identity = ['-c', 'user.name=docs', '-c', 'user.email=docs@localhost', '-c', 'commit.gpgsign=false'];
  for (const step of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--message', 'docs'],
  ])
    await run(['git', ...step], { cwd: checkout });
  await mkdir(join(home, 'src'), { recursive: true });
  await using fixture = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
  await cp(fixture.root, join(home, 'src/acme-istio'), { recursive: true });
  return { checkout, home, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Types the commands of a page into one shell, in order, as a reader would.
 * @returns the command that failed as `file:line`, with the end of the output; undefined if all succeeded
 */
export async function typePage(page: Page, { checkout, home }: Scratch): Promise<string | undefined> {
  const at = join(home, 'at');
  const script = page.commands
    .filter(({ untested }) => untested === undefined)
    .map(({ file, line, text }) => `echo '${file}:${line}' >"${at}"\n${text}`);
  await writeFile(at, `${page.file}: before its first command`);
  // The caches of this machine are used: a reader has them after the first run.
  const PATH = `${checkout}:${process.env.PATH}`;
  const env = childEnv({ PATH, HOME: home, XDG_CACHE_HOME: dirname(cachePath()) }, [
    'DOCKER_HOST',
    'JAVA_HOME',
    'GOPROXY',
  ]);
  try {
    await run(['sh', '-eu'], { cwd: checkout, env, input: `${script.join('\n')}\n` });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const said = `${error.stdout}\n${error.stderr}`.trim().split('\n').slice(-15).join('\n');
    return `${(await readFile(at, 'utf8')).trim()} exited ${error.exitCode}:\n${said}`;
  }
}

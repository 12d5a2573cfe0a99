import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, checkoutFiles, childEnv, repositoryRoot, run, runProgram } from '@istio-ci/kit';

/**
 * The checks of this repository: types, lint and format, unused code, shell scripts, the Jenkinsfile. All of
 * them run, so that all faults show at once. CodeNarc needs Maven; without Maven it is skipped here, and the
 * suite jenkins runs it.
 */
await runProgram(async ({ signal }) => {
  const checks: Record<string, readonly string[]> = {
    tsc: ['tsc', '-p', '.'],
    biome: ['biome', 'ci', '--error-on-warnings', '.'],
    knip: ['knip', '--no-config-hints'],
    comments: ['node', 'tools/src/check/check-comments.ts'],
    // SC1091: the files that the node's services source are written during the boot.
    shellcheck: ['shellcheck', '--exclude=SC1091', ...(await shellScripts())],
    // Only this goal: nothing has to be compiled for it.
    codenarc: ['mvn', '-B', '-q', '-f', 'test/jenkins', '-Dcodenarc.max=0', 'antrun:run@codenarc'],
  };
  let failed = 0;
  for (const [name, command] of Object.entries(checks)) {
    if (name === 'codenarc' && !(await hasMaven())) {
      process.stdout.write('codenarc: skipped, mvn is not installed\n');
      continue;
    }
    const result = await run(command, { cwd: repositoryRoot, env: toolsEnv(), signal }).catch(
      (error: unknown) => {
        if (error instanceof CommandError) return error;
        throw error;
      },
    );
    const bad = result instanceof CommandError;
    if (bad) failed += 1;
    process.stdout.write(
      `${bad ? `${result.stdout}${result.stderr}\n` : ''}${name}: ${bad ? 'failed' : 'passed'}\n`,
    );
  }
  return failed === 0 ? 0 : 1;
});

async function hasMaven(): Promise<boolean> {
  return (await run(['sh', '-c', 'command -v mvn'], { okCodes: [0, 1, 127] })).exitCode === 0;
}

function toolsEnv(): Record<string, string> {
  const bin = join(repositoryRoot, 'node_modules/.bin');
  return childEnv({ PATH: `${bin}:${process.env.PATH}` }, ['JAVA_HOME', 'MAVEN_OPTS']);
}

/** Every file whose first line names sh or bash. */
async function shellScripts(): Promise<string[]> {
  const files = (await checkoutFiles()).filter((file) => !/\.(ts|md|json|ya?ml|go|sum|mod)$/.test(file));
  const scripts = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(repositoryRoot, file), 'utf8').catch(() => '');
      return /^#!.*\b(sh|bash|with-contenv)\b/.test(text.split('\n')[0] ?? '') ? [file] : [];
    }),
  );
  return scripts.flat();
}

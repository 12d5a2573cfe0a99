import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, checkoutFiles, childEnv, repositoryRoot, run, runProgram } from '@istio-ci/kit';

/**
 * The project's own checks: strict types, lint and format, unused code, shell, the Jenkinsfile and its tests. Each runs, so that all
 * faults show at once. CodeNarc comes by Maven: where there is none the suite jenkins, which needs it too, is left to run it.
 */
await runProgram(async ({ signal }) => {
  const checks: Record<string, readonly string[]> = {
    tsc: ['tsc', '-p', '.'],
    biome: ['biome', 'ci', '--error-on-warnings', '.'],
    knip: ['knip', '--no-config-hints'],
    // SC1091: what the node's services source is written when it boots.
    shellcheck: ['shellcheck', '--exclude=SC1091', ...(await shellScripts())],
    // Its goal alone: nothing is compiled for it.
    codenarc: ['mvn', '-B', '-q', '-f', 'test/jenkins', '-Dcodenarc.max=0', 'antrun:run@codenarc'],
  };
  let failed = 0;
  for (const [name, command] of Object.entries(checks)) {
    if (name === 'codenarc' && !(await hasMaven())) {
      process.stdout.write('codenarc: not run, there is no mvn\n');
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

/** Every tracked or new file whose first line names sh or bash. */
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

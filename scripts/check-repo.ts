import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run, runProgram } from '@istio-ci/kit';

/** The project's own checks: strict types, lint and format, unused code, shell. Each runs, so that all faults show at once. */
await runProgram(async ({ signal }) => {
  const checks = [
    ['tsc', '-p', '.'],
    ['biome', 'ci', '--error-on-warnings', '.'],
    ['knip', '--no-config-hints'],
    // SC1091: what the node's services source is written when it boots.
    ['shellcheck', '--exclude=SC1091', ...(await shellScripts())],
  ] as const;
  let failed = 0;
  for (const command of checks) {
    const result = await run(command, { cwd: repositoryRoot, env: toolsEnv(), signal }).catch(
      (error: unknown) => {
        if (error instanceof CommandError) return error;
        throw error;
      },
    );
    const bad = result instanceof CommandError;
    if (bad) failed += 1;
    process.stdout.write(
      `${bad ? `${result.stdout}${result.stderr}\n` : ''}${command[0]}: ${bad ? 'failed' : 'passed'}\n`,
    );
  }
  return failed === 0 ? 0 : 1;
});

function toolsEnv(): Record<string, string> {
  const bin = join(repositoryRoot, 'node_modules/.bin');
  return childEnv({ PATH: `${bin}:${process.env.PATH}` });
}

/** Every tracked or new file whose first line names sh or bash. */
async function shellScripts(): Promise<string[]> {
  const listed = await run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: repositoryRoot,
  });
  const files = listed.stdout
    .split('\0')
    .filter((file) => file !== '' && !/\.(ts|md|json|ya?ml|go|sum|mod)$/.test(file));
  const scripts = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(repositoryRoot, file), 'utf8').catch(() => '');
      return /^#!.*\b(sh|bash|with-contenv)\b/.test(text.split('\n')[0] ?? '') ? [file] : [];
    }),
  );
  return scripts.flat();
}

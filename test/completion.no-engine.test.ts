import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal } from './harness/terminal.ts';

const main = join(repositoryRoot, 'packages/cli/src/main.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-completion-'));
  await writeFile(join(folder, 'istio-ci'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(join(folder, 'istio-ci'), 0o755);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await run([join(folder, 'istio-ci'), 'completion', shell]);
    await writeFile(join(folder, shell), stdout);
  }
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** The environment of the shells; no engine answers them. */
const shellEnv = () =>
  childEnv({ PATH: `${folder}:${process.env.PATH}`, DOCKER_HOST: 'unix:///no/such.sock', TERM: 'dumb' });

/** The content of COMPREPLY in a real bash after these words; the last one is being typed. */
async function completed(...words: string[]): Promise<string[]> {
  const script = `source '${join(folder, 'bash')}'
    complete -p istio-ci | grep -q -- '-o default -F _istio_ci istio-ci' || exit 3
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _istio_ci; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run(['bash', '-c', script, 'bash', ...words], { env: shellEnv() });
  return stdout.split('\n').filter(Boolean);
}

describe('the completion of bash', { timeout: 60_000 }, () => {
  it('inserts commands without their descriptions', async () => {
    expect(await completed('istio-ci', 'kube')).toEqual(['kubeconfig', 'kubectl']);
  });

  it('knows the commands for this project itself, and their values', async () => {
    expect(await completed('istio-ci', 'be')).toEqual(['bench']);
    const tools = join(repositoryRoot, 'tools/src/main.ts');
    const { stdout } = await run([process.execPath, tools, 'complete-words', '--', 'test', '--suite', 'u']);
    expect(stdout).toBe('unit\n');
  });

  it('calls the istio-ci that was typed, wherever it is', async () => {
    expect(await completed(join(folder, 'istio-ci'), 'run', 'dep')).toEqual(['depend']);
  });

  it('is silent if no engine answers', async () => {
    expect(await completed('istio-ci', 'down', '')).toEqual([]);
  });
});

describe('the completion of fish', { timeout: 60_000 }, () => {
  /** What fish offers at the end of the line; the description follows a tab. */
  const offered = async (line: string) => {
    const script = `source '${join(folder, 'fish')}'; cd '${folder}'; complete --do-complete '${line}'`;
    const { stdout } = await run(['fish', '--no-config', '--command', script], { env: shellEnv() });
    return stdout.split('\n').filter(Boolean);
  };

  it('offers commands with their descriptions', async () => {
    expect(await offered('istio-ci kube')).toEqual([
      expect.stringMatching(/^kubeconfig\t.*kubeconfig/),
      expect.stringMatching(/^kubectl\tRun kubectl/),
    ]);
    expect(await offered('istio-ci run dep')).toEqual(['depend']);
  });

  it('offers file names if nothing else fits', async () => {
    expect(await offered('istio-ci logs --bundle zs')).toEqual(['zsh']);
  });
});

describe('the completion of zsh', { timeout: 60_000 }, () => {
  it.each([
    ['istio-ci run dep', 'istio-ci run depend'],
    ['istio-ci logs --bundle zs', 'istio-ci logs --bundle zsh'],
  ])('completes %j with a tab to %j', async (typed, completed) => {
    // zsh completes on a terminal only.
    const terminal = openTerminal('zsh -f -i', { env: shellEnv(), cwd: folder });
    try {
      terminal.type(`autoload -U compinit; compinit -D -u; source ./zsh; print rea''dy\n`);
      await terminal.shows(/^ready/m);
      // Prints the line after the tab instead of running it.
      terminal.type(`${typed}\t\x01print -r -- \n`);
      await terminal.shows(new RegExp(`^${completed} *\r?$`, 'm'));
    } finally {
      terminal.type('\x15exit\n');
      await terminal.ended;
    }
  });
});

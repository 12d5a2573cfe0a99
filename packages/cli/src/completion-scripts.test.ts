import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnv, run } from '@istio-ci/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-completion-'));
  await writeFile(join(folder, 'istio-ci'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(join(folder, 'istio-ci'), 0o755);
  const { stdout } = await run([join(folder, 'istio-ci'), 'completion', 'bash']);
  await writeFile(join(folder, 'script'), stdout);
});
afterAll(() => rm(folder, { recursive: true }));

/** What a real bash has in COMPREPLY after the words, the last of which is being typed. */
async function completed(...words: string[]): Promise<string[]> {
  const script = `source '${join(folder, 'script')}'
    complete -p istio-ci | grep -q -- '-o default -F _istio_ci istio-ci' || exit 3
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _istio_ci; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = childEnv({ PATH: `${folder}:${process.env.PATH}`, DOCKER_HOST: 'unix:///no/such.sock' });
  const { stdout } = await run(['bash', '-c', script, 'bash', ...words], { env });
  return stdout.split('\n').filter(Boolean);
}

describe('the completion of bash', { timeout: 60_000 }, () => {
  it('puts in what the command tree has, without what it says about it', async () => {
    expect(await completed('istio-ci', 'kube')).toEqual(['kubeconfig', 'kubectl']);
  });

  it('asks the istio-ci that was typed, wherever it is', async () => {
    expect(await completed(join(folder, 'istio-ci'), 'run', 'dep')).toEqual(['depend']);
  });

  it('is silent where no engine answers', async () => {
    expect(await completed('istio-ci', 'down', '')).toEqual([]);
  });
});

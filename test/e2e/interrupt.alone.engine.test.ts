import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { childEnv, repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { leftovers, volumeNames } from '@istio-ci/tools/leftovers';
import { describe, expect, it } from 'vitest';

/** Starts the CLI and sends it a signal as soon as it prints `when`. */
async function interrupted(args: readonly string[], when: RegExp, signal: NodeJS.Signals) {
  const main = join(repositoryRoot, 'packages/cli/src/main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    env: childEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let sent = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!sent && when.test(output)) sent = child.kill(signal);
    });
  }
  const [exitCode] = await once(child, 'close');
  return { exitCode, output, sent };
}

describe('a run that is interrupted', () => {
  it.each([
    ['while the cluster boots', /^cluster +\| started/m, 'SIGINT', 130],
    ['while a stage runs', /^check +\| started/m, 'SIGTERM', 143],
  ] as const)('%s exits as the signal says and leaves nothing behind', async (_, when, signal, code) => {
    const before = await volumeNames();
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const name = `e2e-${signal.toLowerCase()}`;
    const result = await interrupted(
      ['run', 'test', '-d', workspace.root, '--build-tag', name],
      when,
      signal,
    );
    expect(result.sent, result.output).toBe(true);
    expect(result.exitCode, result.output).toBe(code);
    expect(result.output).toContain(`stopped by ${signal}`);
    expect(await leftovers(name)).toEqual([]);
    expect(await volumeNames()).toEqual(before);
  });
});

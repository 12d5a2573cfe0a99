import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { expect, it } from 'vitest';
import { onTerminal } from '../harness/terminal.ts';

it('on a terminal, a stage that runs alone ends with its facts below the list', async () => {
  await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
  const args = ['stage', 'images', '--distribution', workspace.root];
  const { exitCode, output } = await onTerminal(args, { timeoutMs: 120_000 });
  expect(exitCode, output).toBe(0);
  expect(output).toMatch(/images +\d.*\r?\n.* {2}built: /s);
});

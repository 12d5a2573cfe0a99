import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { cli } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { expect, it } from 'vitest';

it('the stage cluster takes a warm cluster that was filled for its distribution', {
  timeout: 900_000,
}, async () => {
  await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
  const file = join(workspace.root, 'istio-ci.yaml');
  // A unique name: this test and others must not take each other's clusters.
  const own = `standby-${process.pid}`;
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^cluster:$/m, `cluster:\n  certSans: [${own}]`));
  const fill = await cli(['pool', 'fill', '1', '--distribution', workspace.root, '--lease', '15']);
  expect([fill.exitCode, fill.stdout], fill.stderr).toEqual([0, '1 warm\n']);
  const standing = async () =>
    (JSON.parse((await cli(['pool', 'list', '--json'])).stdout) as { container: string }[]).map(
      (one) => one.container,
    );
  const before = await standing();
  const run = await cli([
    'run',
    'kubeconfig',
    '-d',
    workspace.root,
    '--build-tag',
    own,
    '--keep',
    '--from-pool',
  ]);
  expect(run.exitCode, run.stderr).toBe(0);
  const sessions = JSON.parse((await cli(['list', '--json'])).stdout) as {
    name: string;
    container: string;
  }[];
  const taken = sessions.find(({ name }) => name === own)?.container;
  expect(before).toContain(taken);
  expect(await standing()).not.toContain(taken);
  await cli(['down', own]);
  expect(await leftovers(own)).toEqual([]);
});

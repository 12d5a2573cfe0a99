import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { cli, runOf } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { expect, it } from 'vitest';

it("runs a tree in the shape of Istio's unchanged, without the build container of its Makefile", async () => {
  await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/upstream'));
  const { root } = workspace;
  const result = await cli(['run', 'build', '-d', root, '--build-tag', 'e2e-upstream', '--json']);
  expect(result.exitCode, result.stderr).toBe(0);
  expect(runOf(result).stages.map(({ name, result: ended }) => `${name} ${ended}`)).toContain('build passed');
  const told = await readFile(join(root, 'out/told'), 'utf8');
  expect(told).toBe('BUILD_WITH_CONTAINER=0\n'.repeat(3));
  expect(await leftovers('e2e-upstream')).toEqual([]);
});

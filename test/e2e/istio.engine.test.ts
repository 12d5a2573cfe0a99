import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { cli, runOf } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { expect, it } from 'vitest';

const hour = 3_600_000;

it('builds, tests and releases a real Istio distribution, with istiod as a pod and a real Envoy over ADS', {
  timeout: hour,
}, async () => {
  const source = join(repositoryRoot, 'examples/istio');
  const tag = (await readFile(join(source, 'VERSION'), 'utf8')).trim();
  await using workspace = await createWorkspace(source, tag);
  const result = await cli([
    'run',
    'push',
    '--distribution',
    workspace.root,
    '--build-tag',
    'e2e-istio',
    '--json',
  ]);
  expect(result.exitCode, result.stderr).toBe(0);
  const report = runOf(result);
  const facts = Object.fromEntries(report.stages.map(({ name, facts }) => [name, facts]));
  expect(facts.test?.tests).toBeGreaterThan(5);
  expect(facts.push?.pushed).toHaveLength(4);
  expect(await leftovers('e2e-istio')).toEqual([]);
});

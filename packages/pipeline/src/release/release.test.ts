import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Distribution, loadDistribution } from '@istio-ci/distribution';
import { describeError, repositoryRoot } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceTree } from '../source/tree.ts';
import { createWorkspace, type Workspace } from '../source/workspace.ts';
import { requireHub, testedPlan } from './release.ts';

let workspace: Workspace;
let distribution: Distribution;
const start = async (tag?: string) => {
  await workspace?.[Symbol.asyncDispose]();
  workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'), tag);
  distribution = await loadDistribution(workspace.root);
};
beforeEach(() => start('0.5.0'));
afterEach(() => workspace[Symbol.asyncDispose]());

const told = (act: () => unknown) =>
  Promise.resolve()
    .then(act)
    .then(
      () => 'nothing',
      (error: unknown) => describeError(error, false),
    );
const envoy = { sha: '9e5580933739775e8bce696a57a2e1bc99368f23', hashSource: 'sidecar' as const };

describe('the plan after the tests', () => {
  it('is the release at HEAD', async () => {
    const tree = await sourceTree(distribution);
    const { release } = await testedPlan(distribution, {}, { tree, envoy });
    expect(release).toMatchObject({ kind: 'tag', tag: '0.5.0' });
  });

  it('has no release if the source changed during the build', async () => {
    const tree = await sourceTree(distribution);
    await writeFile(join(workspace.root, 'src/istio.io/istio/Makefile'), 'changed');
    await expect(testedPlan(distribution, {}, { tree, envoy })).rejects.toMatchObject({
      code: 'TREE_CHANGED',
    });
  });

  it('has no release if the source was not recorded before', async () => {
    expect(await told(() => testedPlan(distribution, {}, { tree: undefined, envoy }))).toMatchInlineSnapshot(`
      "error TREE_UNKNOWN: Whether the source of release 0.5.0 changed while it was built is unknown: the stage check did not record it.
        remedy:  Run the stages from check on, with the same distribution (istio-ci run push does)."
    `);
  });

  it('has a candidate if the source was not recorded before, with a warning', async () => {
    await start();
    const said: string[] = [];
    const progress = (message: string) => void said.push(message);
    const plan = await testedPlan(distribution, { progress }, { tree: undefined, envoy });
    expect([plan.release.kind, said]).toEqual(['none', [expect.stringMatching(/^warning: the stage check/)]]);
  });

  it('has no release with an Envoy that is not verified', async () => {
    const tree = await sourceTree(distribution);
    const state = { tree, envoy: { ...envoy, hashSource: 'tofu' as const } };
    expect(await told(() => testedPlan(distribution, {}, state))).toMatchInlineSnapshot(`
      "error ENVOY_UNVERIFIED: The Envoy 9e5580933739 that was tested is not verified: its hash is from its first download.
        remedy:  Pin it: istio-ci envoy lock, review envoy.lock, commit it. A release does not accept such an Envoy."
    `);
  });
});

it('a push without a hub fails with a remedy', async () => {
  expect(await told(() => requireHub({ root: '/workspace', hubs: [] }))).toMatchInlineSnapshot(`
    "error HUB_MISSING: Push has nowhere to push to.
      remedy:  Name at least one registry under \`hubs\` in /workspace/istio-ci.yaml, or with --hub."
  `);
});

import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { describe, expect, it } from 'vitest';
import { cli } from '../src/cli.ts';
import { leftovers } from '../src/leftovers.ts';

describe('a stage that fails', () => {
  it('leaves the evidence of its session, which the error and the record name, before the session goes', async () => {
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const { root } = workspace;
    await appendFile(join(root, 'istio-ci.yaml'), "stages: { check: 'echo no linter; exit 5' }\n");
    const result = await cli([
      'run',
      'check',
      '--distribution',
      root,
      '--build-tag',
      'e2e-evidence',
      '--json',
    ]);
    const evidence = join(root, 'out/evidence/check.tgz');
    expect(result.exitCode, result.stderr).toBe(1);
    expect(result.stderr).toContain(`  evidence: ${evidence}`);
    const { stages } = JSON.parse(result.stdout) as {
      stages: { name: string; error?: { evidence?: string } }[];
    };
    expect(stages.find(({ name }) => name === 'check')?.error?.evidence).toBe(evidence);
    expect((await stat(evidence)).size).toBeGreaterThan(10_000);
    expect(await leftovers('e2e-evidence')).toEqual([]);
  });

  it('leaves it too where each stage is a process of its own, as in Jenkins', async () => {
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const { root } = workspace;
    await appendFile(join(root, 'istio-ci.yaml'), "stages: { check: 'echo no linter; exit 5' }\n");
    const env = { BUILD_TAG: 'e2e-evidence-stage' };
    const stage = (name: string) => cli(['stage', name, '--distribution', root], env);
    try {
      for (const name of ['cluster', 'kubeconfig']) expect((await stage(name)).exitCode).toBe(0);
      const { exitCode, stderr } = await stage('check');
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(join(root, 'out/evidence/check.tgz'))]);
    } finally {
      await cli(['down', env.BUILD_TAG]);
    }
  });
});

import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { lookAtReport } from '@istio-ci/report/look';
import { cli, runOf } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { describe, expect, it } from 'vitest';

describe('a boot that fails', () => {
  it('is in the record up to the phase that failed', async () => {
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const args = ['run', 'cluster', '-d', workspace.root, '--build-tag', 'e2e-boot', '--json'];
    // Too short for any machine: etcd has 0.15 s, and everything together 1 s.
    const result = await cli(args, { ISTIO_CI_TIME_FACTOR: '0.005' });
    expect(result.exitCode, result.stderr).toBe(8);
    const { boot, stages } = runOf(result);
    const states = Object.groupBy(boot?.phases ?? [], ({ state }) => state);
    expect([...(states.failed ?? []), ...(states.running ?? [])]).not.toEqual([]);
    expect(states.waiting).not.toBeUndefined();
    for (const { startedMs, finishedMs } of states.waiting ?? [])
      expect([startedMs, finishedMs]).toEqual([undefined, undefined]);
    const cluster = stages.find(({ name }) => name === 'cluster');
    expect(boot?.startSeconds).toBeGreaterThan(cluster?.startSeconds ?? Number.POSITIVE_INFINITY);
    await lookAtReport(join(workspace.root, 'out'), 'reports/boot-failed.png');
    expect(await leftovers('e2e-boot')).toEqual([]);
  });
});

describe('a stage that fails', () => {
  it('saves the evidence of its session before that is removed; the error and the record name it', async () => {
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
    const { stages } = runOf(result);
    expect(stages.find(({ name }) => name === 'check')?.error?.evidence).toBe(evidence);
    expect((await stat(evidence)).size).toBeGreaterThan(10_000);
    expect(await leftovers('e2e-evidence')).toEqual([]);
  });

  it('saves it also if each stage is its own process, as in Jenkins', async () => {
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const { root } = workspace;
    await appendFile(join(root, 'istio-ci.yaml'), "stages: { check: 'echo no linter; exit 5' }\n");
    const env = { BUILD_TAG: 'e2e-evidence-stage' };
    const stage = (...args: string[]) => cli(['stage', ...args, '--distribution', root], env);
    try {
      const cluster = await stage('cluster');
      expect([cluster.exitCode, cluster.stdout]).toEqual([
        0,
        expect.stringContaining(`cluster    | session: ${env.BUILD_TAG}`),
      ]);
      expect((await stage('kubeconfig')).exitCode).toBe(0);
      const check = await stage('check', '--json');
      const evidence = join(root, 'out/evidence/check.tgz');
      expect([check.exitCode, check.stderr]).toEqual([1, expect.stringContaining(evidence)]);
      expect(runOf(check).stages.map(({ name, result }) => `${name} ${result}`)).toEqual([
        'cluster passed',
        'kubeconfig passed',
        'check failed',
      ]);
    } finally {
      await cli(['down', env.BUILD_TAG]);
    }
  });
});

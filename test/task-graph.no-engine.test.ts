import { join } from 'node:path';
import { childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { chain } from '@istio-ci/pipeline';
import { describe, expect, it } from 'vitest';

interface DryRun {
  readonly tasks: {
    taskId: string;
    command: string;
    dependencies: string[];
    cache: object;
    resolvedTaskDefinition: { cache: boolean };
  }[];
}

/**
 * Turbo's own plan. Turbo runs nothing, and reports no error, for a task whose script is missing or misspelt.
 */
async function dryRun(task: string): Promise<DryRun> {
  const turbo = join(repositoryRoot, 'node_modules/.bin/turbo');
  const { stdout } = await run([turbo, 'run', task, '--dry=json'], {
    cwd: repositoryRoot,
    env: childEnv({ TURBO_TELEMETRY_DISABLED: '1' }),
  });
  return JSON.parse(stdout) as DryRun;
}

describe('the task graph', async () => {
  const names = chain.map(([name]) => name);
  const { tasks } = await dryRun('push');

  it('is the chain, each stage depending on the one before it', () => {
    const before = (name: string) => tasks.find(({ taskId }) => taskId === `//#${name}`)?.dependencies ?? [];
    for (const [index, name] of names.entries()) {
      if (index > 0) expect(before(name), name).toContain(`//#${names[index - 1]}`);
    }
    expect(tasks.map(({ taskId }) => taskId).sort()).toEqual(
      [...names, 'check:repo'].map((name) => `//#${name}`).sort(),
    );
  });

  it('has a script for every task', () => {
    expect(tasks.filter(({ command }) => command === '<NONEXISTENT>').map(({ taskId }) => taskId)).toEqual(
      [],
    );
  });

  it('runs the script of its own name for every stage', () => {
    for (const name of names) {
      expect(tasks.find(({ taskId }) => taskId === `//#${name}`)?.command).toBe(`node scripts/${name}.ts`);
    }
  });

  it('never takes a stage from a cache: its results are in the engine', () => {
    const cached = tasks
      .filter((task) => task.resolvedTaskDefinition.cache !== false)
      .map(({ taskId }) => taskId);
    expect(cached).toEqual(['//#check:repo']);
  });

  it('ends with the stage test for `pnpm turbo test`: nothing is pushed', async () => {
    const { tasks } = await dryRun('test');
    expect(tasks.map(({ taskId }) => taskId)).not.toContain('//#push');
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

let source: string;
beforeEach(async () => {
  source = await mkdtemp(join(tmpdir(), 'istio-ci-source-'));
  await writeFile(join(source, 'Makefile'), 'test:\n');
  await mkdir(join(source, 'out'));
});
afterEach(() => rm(source, { recursive: true }));

describe('createWorkspace', () => {
  it('has the tag exactly at HEAD and a clean tree', async () => {
    await using workspace = await createWorkspace(source, '1.2.3-acme.1');
    const described = await run(['git', 'describe', '--exact-match', '--tags'], { cwd: workspace.root });
    const status = await run(['git', 'status', '--porcelain'], { cwd: workspace.root });
    expect([described.stdout, status.stdout]).toEqual(['1.2.3-acme.1\n', '']);
  });

  it('leaves out the output of an earlier run', async () => {
    await using workspace = await createWorkspace(source);
    expect(existsSync(join(workspace.root, 'out'))).toBe(false);
  });

  it('is gone when it is disposed of', async () => {
    const workspace = await createWorkspace(source);
    await workspace[Symbol.asyncDispose]();
    expect(existsSync(workspace.root)).toBe(false);
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace, type Workspace } from '@istio-ci/pipeline';
import type { Run } from '@istio-ci/report';
import { afterEach, describe, expect, it } from 'vitest';
import { cli } from '../src/cli.ts';
import { leftovers, volumeNames } from '../src/leftovers.ts';

const fixture = join(repositoryRoot, 'test/fixtures/article');
const makefile = 'src/istio.io/istio/Makefile';
let workspace: Workspace | undefined;
afterEach(() => workspace?.[Symbol.asyncDispose]());

async function copy(options: { tag?: string; edit?: (makefile: string) => string } = {}): Promise<string> {
  workspace = await createWorkspace(fixture, options.tag);
  const file = join(workspace.root, makefile);
  if (options.edit) await writeFile(file, options.edit(await readFile(file, 'utf8')));
  return workspace.root;
}

const resultOf = (report: Run, stage: string) => report.stages.find(({ name }) => name === stage)?.result;

describe("the whole chain on a distribution in the article's shape", () => {
  it('ends with images under the candidate tag and the release tag, and leaves nothing behind', async () => {
    const before = await volumeNames();
    const root = await copy({ tag: '0.5.0-acme.1' });
    const result = await cli(['run', 'push', '--distribution', root, '--build-tag', 'e2e-article', '--json']);
    expect(result.stderr, result.stderr).not.toContain('error');
    const report = JSON.parse(result.stdout) as Run;
    expect(report.result).toBe('passed');
    const pushed = report.stages.find(({ name }) => name === 'push')?.facts.pushed;
    expect(pushed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/:e2e-article@sha256:[0-9a-f]{64}$/),
        expect.stringMatching(/:0\.5\.0-acme\.1@sha256:/),
      ]),
    );
    expect(await leftovers('e2e-article')).toEqual([]);
    expect(await volumeNames()).toEqual(before);
  });

  it('shows the exit of a failing make test, runs no later stage and removes everything', async () => {
    const root = await copy({
      edit: (text) =>
        text.replace(/^test:.*$/m, 'test:\n\t@echo the gateway did not answer; exit 3\nold-test:'),
    });
    const result = await cli(['run', 'push', '--distribution', root, '--build-tag', 'e2e-failing', '--json']);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/STAGE_FAILED: Stage test failed: `make test` exited 2/);
    expect(result.stderr).toContain('the gateway did not answer');
    const report = JSON.parse(result.stdout) as Run;
    expect([resultOf(report, 'test'), resultOf(report, 'push')]).toEqual(['failed', 'not run']);
    expect(await leftovers('e2e-failing')).toEqual([]);
  });

  it('names a missing target before anything is built', async () => {
    const root = await copy({ edit: (text) => text.replaceAll(/\bdepend\b/g, 'fetch') });
    const result = await cli(['run', '--distribution', root, '--build-tag', 'e2e-target', '--json']);
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain('TARGET_MISSING');
    expect(result.stderr).toContain("'depend'");
    expect(await leftovers('e2e-target')).toEqual([]);
  });
});

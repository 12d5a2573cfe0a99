import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { lookAtReport } from '@istio-ci/report/look';
import { cli, runOf } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { describe, expect, it } from 'vitest';

const fixture = join(repositoryRoot, 'test/fixtures/article');

/**
 * Writes a report of two tests, one of which fails, and a report that is cut; the command itself fails, too.
 */
const failingTests = [
  'test:',
  '\t@mkdir -p $(ARTIFACTS)/junit',
  `\t@echo '<testsuite name="mesh"><testcase name="routes"/><testcase name="mirrors"><failure message="got v1, want v2"/></testcase></testsuite>' >$(ARTIFACTS)/junit/mesh.xml`,
  `\t@printf '<testsuite name="cut"><testca' >$(ARTIFACTS)/junit/cut.xml`,
  '\t@echo "FAIL: mirrors"; exit 1',
  'old-test:',
].join('\n');

describe('the report of a run', () => {
  it('shows what was tested in a dry run by a variable, and no push', async () => {
    await using workspace = await createWorkspace(fixture, '0.5.0-acme.1');
    const { root } = workspace;
    const args = ['run', 'push', '-d', root, '--build-tag', 'e2e-dry', '--json'];
    const result = await cli(args, { ISTIO_CI_DRY_RUN: '1' });
    expect(result.exitCode, result.stderr).toBe(0);
    const run = runOf(result);
    expect(run).toMatchObject({ result: 'passed', dryRun: true, images: [] });
    expect(run.reproduce.at(-1)).toBe(
      `./istio-ci run push --distribution ${root} --build-tag e2e-dry --dry-run`,
    );
    expect(existsSync(join(root, 'out/receipt.json'))).toBe(false);
    expect(await readFile(join(root, 'out/report.html'), 'utf8')).not.toMatch(/image tags? pushed/);
    await lookAtReport(join(root, 'out'), 'reports/article-dry-run.png');
    expect(await leftovers('e2e-dry')).toEqual([]);
  });

  it('shows the error of failed tests, and every report that they wrote', async () => {
    await using workspace = await createWorkspace(fixture);
    const { root } = workspace;
    const makefile = join(root, 'src/istio.io/istio/Makefile');
    await writeFile(makefile, (await readFile(makefile, 'utf8')).replace(/^test:.*$/m, failingTests));
    const result = await cli(['run', 'test', '-d', root, '--build-tag', 'e2e-report', '--json']);
    expect([result.exitCode, result.stderr]).toEqual([1, expect.stringContaining('error STAGE_FAILED: ')]);
    const cases = runOf(result).tests.flatMap((suite) => suite.cases);
    expect(cases.map(({ name, status }) => `${name}: ${status}`)).toEqual([
      'the report cut.xml: error',
      'routes: passed',
      'mirrors: failed',
    ]);
    await lookAtReport(join(root, 'out'), 'reports/article-failed.png');
    expect(await leftovers('e2e-report')).toEqual([]);
  });
});

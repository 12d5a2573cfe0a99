import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace, type Workspace } from '@istio-ci/pipeline';
import type { Run } from '@istio-ci/report';
import { lookAtReport } from '@istio-ci/report/look';
import { cli, runOf } from '@istio-ci/tools/cli';
import { leftovers, volumeNames } from '@istio-ci/tools/leftovers';
import { afterEach, describe, expect, it } from 'vitest';

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
    const report = runOf(result);
    expect(report.result).toBe('passed');
    expect(report.git).toMatchObject({ branch: 'main', tags: ['0.5.0-acme.1'], dirty: false });
    const pushed = report.stages.find(({ name }) => name === 'push')?.facts.pushed;
    expect(pushed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/:e2e-article@sha256:[0-9a-f]{64}$/),
        expect.stringMatching(/:0\.5\.0-acme\.1@sha256:/),
      ]),
    );
    await lookAtReport(join(root, 'out'), 'reports/article-passed.png');
    expect(await leftovers('e2e-article')).toEqual([]);
    expect(await volumeNames()).toEqual(before);
  });

  it('exits as a failing make test does, runs no later stage and removes everything', async () => {
    const root = await copy({
      edit: (text) =>
        text.replace(/^test:.*$/m, 'test:\n\t@echo the gateway did not answer; exit 3\nold-test:'),
    });
    const result = await cli([
      ...['run', 'push', '-d', root, '--build-tag', 'e2e-failing', '--allow-dirty', '--json'],
    ]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/STAGE_FAILED: Stage test failed: `make test` exited 2/);
    expect(result.stderr).toContain('the gateway did not answer');
    const report = runOf(result);
    expect([resultOf(report, 'test'), resultOf(report, 'push')]).toEqual(['failed', 'not run']);
    expect(await leftovers('e2e-failing')).toEqual([]);
  });

  it("puts Envoy and ztunnel where Istio's Makefile looks for them, before its depend could fetch them", async () => {
    const [envoy, ztunnel] = ['9e5580933739775e8bce696a57a2e1bc99368f23', 'c'.repeat(40)];
    const root = await copy({
      edit: (text) =>
        text.replace(
          /^depend:$/m,
          `depend:\n\tvendor/envoy-${envoy} --version\n\tout/linux_*/release/ztunnel-${ztunnel}\n\techo "$(ISTIO_ENVOY_LINUX_DEBUG_NAME) $(ZTUNNEL_REPO_SHA)" >$(OUT)/told`,
        ),
    });
    const sources = join(root, 'src/istio.io/istio');
    await mkdir(join(sources, 'bin'));
    await writeFile(join(sources, 'bin/init.sh'), '#!/bin/sh\n');
    await writeFile(
      join(sources, 'istio.deps'),
      JSON.stringify([{ name: 'ZTUNNEL_REPO_SHA', lastStableSHA: ztunnel }]),
    );
    // Any program will do: ztunnel is in no package registry.
    await cp('/bin/true', join(root, 'ztunnel'), { dereference: true });
    const config = join(root, 'istio-ci.yaml');
    const mirrors = `[file://${root}/ztunnel]`;
    await writeFile(
      config,
      `${await readFile(config, 'utf8')}ztunnel: { deps: src/istio.io/istio/istio.deps, mirrors: ${mirrors} }\n`,
    );
    const result = await cli(['run', 'depend', '-d', root, '--build-tag', 'e2e-places', '--json']);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(await readFile(join(root, 'out/told'), 'utf8')).toBe(`envoy-${envoy} ${ztunnel}\n`);
    expect(await leftovers('e2e-places')).toEqual([]);
  });

  it('shows no credential, whatever the push does with it, and has none in its log', async () => {
    const root = await copy({
      edit: (text) =>
        text.replace(
          /^push: .*$/m,
          'push:\n\tcat $$$$DOCKER_CONFIG/config.json; echo; echo error: not logged in >&2; exit 3\nold-push:',
        ),
    });
    const result = await cli([
      ...['run', 'push', '-d', root],
      '--build-tag',
      'e2e-secret',
      '--allow-dirty',
      '--json',
    ]);
    expect(result.stderr).toMatch(/STAGE_FAILED: Stage push failed.*error: not logged in/s);
    const log = await readFile(join(root, 'out/logs/push.log'), 'utf8');
    expect(log).toMatch(/"registry:5000":\{"auth":"\S*\[redacted\]/);
    expect(result.stdout).toContain('[redacted]');
    expect(await leftovers('e2e-secret')).toEqual([]);
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

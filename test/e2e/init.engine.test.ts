import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { cli, runOf } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { describe, expect, it } from 'vitest';

/** The mirror that this machine gets its Envoy from: init cannot find it in any tree. */
const mirror = '  mirrors: [http://mirror:8080/istio-build/proxy]';
const services = 'services:\n  mirror: { image: demo-mirror, ports: [8080] }\n';

describe('the configuration that init writes', () => {
  it.each([
    ['the small Istio distribution', 'examples/istio', 'init-istio'],
    ["a distribution in the article's shape", 'test/fixtures/article', 'init-article'],
  ])('runs: %s', { timeout: 1_800_000 }, async (_, source, buildTag) => {
    await using workspace = await createWorkspace(join(repositoryRoot, source));
    const file = join(workspace.root, 'istio-ci.yaml');
    await rm(file);
    const init = await cli(['init', workspace.root]);
    expect(init.exitCode, init.stderr).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('  # mirrors: [');
    await writeFile(file, `${text.replace(/^ {2}# mirrors:.*$/m, mirror)}${services}`);
    const result = await cli(['run', 'test', '-d', workspace.root, '--build-tag', buildTag, '--json']);
    expect(result.exitCode, result.stderr).toBe(0);
    const report = runOf(result);
    expect(report.stages.find(({ name }) => name === 'test')?.facts.tests).toBeGreaterThan(0);
    expect(await leftovers(buildTag)).toEqual([]);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { cli } from '@istio-ci/tools/cli';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const fixture = join(repositoryRoot, 'test/fixtures/article');
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-config-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('istio-ci init', () => {
  it('never overwrites an existing file', async () => {
    await using workspace = await createWorkspace(fixture);
    const file = join(workspace.root, 'istio-ci.yaml');
    await writeFile(file, 'mine: [');
    const { exitCode, stderr } = await cli(['init', workspace.root]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('CONFIG_EXISTS')]);
    expect(await readFile(file, 'utf8')).toBe('mine: [');
  });

  it('prints what it would write, and writes nothing', async () => {
    await using workspace = await createWorkspace(fixture);
    await rm(join(workspace.root, 'istio-ci.yaml'));
    const { stdout } = await cli(['init', '--print', workspace.root]);
    expect(stdout).toMatch(/^# yaml-language-server: \$schema=.*docs\/istio-ci\.schema\.json\n/);
    expect(await readdir(workspace.root)).not.toContain('istio-ci.yaml');
  });

  it('refuses a bare Go project in one sentence, and does not change it', async () => {
    await writeFile(join(root, 'go.mod'), 'module example.com/hello\n\ngo 1.25\n');
    await writeFile(join(root, 'main.go'), 'package main\n\nfunc main() {}\n');
    const { exitCode, stderr } = await cli(['init', root]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no distribution in')]);
    expect(stderr).toContain('istio-ci init DIRECTORY');
    expect(stderr).not.toContain('--distribution');
    expect(await readdir(root)).toEqual(['go.mod', 'main.go']);
  });
});

describe('a variable that says neither yes nor no', () => {
  it.each(['run', 'stage'])('is refused before anything runs: %s', async (command) => {
    const { exitCode, stderr, stdout } = await cli([command, 'push', '-d', fixture, '--json'], {
      ISTIO_CI_DRY_RUN: 'ture',
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('VARIABLE_INVALID: ISTIO_CI_DRY_RUN')]);
    expect(JSON.parse(stdout)).toMatchObject({ event: 'error', code: 'VARIABLE_INVALID' });
  });
});

describe('istio-ci config show', () => {
  it('uses the distribution that the environment names, as run and stage do', async () => {
    const { stdout } = await cli(['config', 'show'], { ISTIO_CI_DISTRIBUTION: fixture });
    expect(stdout).toMatch(/^profile +0\.5 +istio-ci\.yaml:2$/m);
  });

  it('prints value and origin of each key, as lines and as JSON', async () => {
    const plain = await cli(['config', 'show', '-d', fixture, '--from-pool'], {
      ISTIO_CI_HUB: 'other.example.com/x',
    });
    expect(plain.stdout).toMatch(/^profile +0\.5 +istio-ci\.yaml:2$/m);
    expect(plain.stdout).toMatch(/^hubs +\["other\.example\.com\/x"\] +ISTIO_CI_HUB$/m);
    expect(plain.stdout).toMatch(/^cluster\.fromPool +true +--from-pool$/m);
    const { stdout } = await cli(['config', 'show', '-d', fixture, '--json']);
    expect(JSON.parse(stdout)).toContainEqual({
      key: 'push.mode',
      value: 'promote',
      origin: { kind: 'default' },
    });
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot, run } from '@istio-ci/kit';
import { createWorkspace, type Workspace } from '@istio-ci/pipeline';
import { cli } from '@istio-ci/tools/cli';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let workspace: Workspace;
/** A folder outside the workspace, as credentials require. */
let folder: string;
beforeEach(async () => {
  workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
  folder = await mkdtemp(join(tmpdir(), 'istio-ci-release-'));
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Writes the journal of a push to a hub from --hub, which `istio-ci.yaml` does not name. */
async function interruptedPush(hub: string): Promise<void> {
  const run = {
    id: 'test',
    startedAt: '2026-01-02T03:04:05.000Z',
    commit: '0'.repeat(40),
    treeClean: true,
    fingerprint: 'none',
    candidateTag: 'build-1',
    releaseTag: '0.5.0',
    reason: null,
    moving: [],
    grammar: {},
    hubs: [hub],
    mode: 'promote',
    facts: {},
  };
  const images = [{ name: 'pilot', variant: '', digest: `sha256:${'a'.repeat(64)}` }];
  const events = [
    { event: 'run', run },
    { event: 'candidates', images },
    { event: 'release-images', images },
    { event: 'tagging' },
  ];
  await mkdir(join(workspace.root, 'out'), { recursive: true });
  await writeFile(
    join(workspace.root, 'out/release-journal.ndjson'),
    events.map((event) => `${JSON.stringify({ ...event, at: '2026-01-02T03:04:05.000Z' })}\n`).join(''),
  );
}

describe('istio-ci release', () => {
  it('resumes at the hubs of the push, not at those of istio-ci.yaml', async () => {
    await interruptedPush('registry.example.com/acme');
    const credentials = join(folder, 'config.json');
    await writeFile(credentials, JSON.stringify({ auths: { 'quay.io': {} } }), { mode: 0o600 });
    const { exitCode, stderr } = await cli([
      ...['release', 'resume', '-d', workspace.root, '--credentials', credentials],
    ]);
    expect(stderr).toContain('have no entry for registry.example.com, only for quay.io');
    expect(exitCode).toBe(2);
  });

  it('obeys the options in the environment as a run does', async () => {
    // HEAD of the fixture has a release tag; the next commit has none.
    const git = [
      'git',
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@localhost',
      'commit',
      '--allow-empty',
      '--quiet',
    ];
    await run([...git, '--message', 'one more'], { cwd: workspace.root });
    const plan = await cli(['release', 'plan', '-d', workspace.root], { ISTIO_CI_REQUIRE_RELEASE: 'yes' });
    expect([plan.exitCode, plan.stderr]).toEqual([3, expect.stringContaining('NO_TAG')]);
  });

  it('plans and checks for the named build and hubs', async () => {
    const named = ['-d', workspace.root, '--build-tag', 'b-9', '--hub', 'registry.example.com/other'];
    const plan = await cli(['release', 'plan', ...named, '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ candidateTag: 'b-9' });
    const credentials = join(folder, 'config.json');
    await writeFile(credentials, JSON.stringify({ auths: { 'quay.io': {} } }), { mode: 0o600 });
    const check = await cli(['release', 'check', ...named, '--credentials', credentials]);
    expect(check.stderr).toContain('have no entry for registry.example.com, only for quay.io');
  });

  it.each(['plan', 'check', 'status', 'resume'])('%s --json prints a failure as JSON', async (verb) => {
    const { exitCode, stdout } = await cli(['release', verb, '-d', folder, '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ event: 'error', code: 'DISTRIBUTION_MISSING' });
  });

  it('prints as status the whole command that resumes', async () => {
    await interruptedPush('registry.example.com/acme');
    const { stdout } = await cli(['release', 'status', '-d', workspace.root], { BUILD_TAG: 'b-7' });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      `outcome: partial; next: ./istio-ci release resume --distribution ${workspace.root} --build-tag b-7`,
    );
  });
});

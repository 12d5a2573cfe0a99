import { describe, expect, it } from 'vitest';
import { type Reproducible, reproduceCommands } from './reproduce.ts';

const commit = 'c'.repeat(40);
const source = { commit, tags: [], dirty: false, folder: '' };
const again = (change: Partial<Reproducible>, stage = 'test') =>
  reproduceCommands(
    { distribution: { name: 'acme', root: '/ws' }, buildTag: 'acme-1', named: false, source, ...change },
    stage,
  );

describe('the commands that do a run again', () => {
  it('check out its commit first', () => {
    expect(again({})).toEqual([`git -C /ws checkout ${commit}`, './istio-ci run test --distribution /ws']);
  });

  it('clone its source if there is a remote, and find the distribution in it', () => {
    const remote = 'https://git.example.com/acme/istio.git';
    expect(again({ source: { ...source, remote, folder: 'mesh/istio' } })).toEqual([
      'git clone https://git.example.com/acme/istio.git ../acme',
      `git -C ../acme checkout ${commit}`,
      './istio-ci run test --distribution ../acme/mesh/istio',
    ]);
  });

  it('leave a tree with changes as it is, and one that git does not know', () => {
    for (const one of [{ ...source, dirty: true }, undefined])
      expect(again({ source: one })).toEqual(['./istio-ci run test --distribution /ws']);
  });

  it('ask for all that the run was asked for', () => {
    const overrides = {
      variables: ['ISTIO_CI_DOCKER_TLS=false'],
      options: ['--hub', 'a/x', 'b/y', '--bootstrapper', 'minikube'],
    };
    const flags = { dryRun: true, requireRelease: true, allowDirty: true };
    expect(again({ source: undefined, named: true, overrides, ...flags }, 'push')).toEqual([
      'ISTIO_CI_DOCKER_TLS=false ./istio-ci run push --distribution /ws --build-tag acme-1 --hub a/x b/y --bootstrapper minikube --dry-run --require-release --allow-dirty',
    ]);
  });

  it('are words of a shell, whatever is in a path', () => {
    const root = "/home/a b/it's $(here)";
    const [line] = again({ distribution: { name: 'acme', root }, source: undefined });
    expect(line).toBe(`./istio-ci run test --distribution '/home/a b/it'\\''s $(here)'`);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { type BinarySet, binarySets, buildCommand, requiredVersion } from './binary-sets.ts';

const goMod = `module x

require (
	k8s.io/kubernetes-like v9.9.9
	k8s.io/kubernetes v1.37.2
)

require k8s.io/api v0.37.2

replace k8s.io/kubernetes => k8s.io/kubernetes v1.0.0
`;

describe('requiredVersion', () => {
  it('reads a version from a block and from a single line', () => {
    expect(requiredVersion(goMod, 'k8s.io/kubernetes')).toBe('v1.37.2');
    expect(requiredVersion(goMod, 'k8s.io/api')).toBe('v0.37.2');
  });

  it('fails for a module that is not required', () => {
    expect(() => requiredVersion(goMod, 'k8s.io/none')).toThrow('k8s.io/none');
  });
});

describe('buildCommand', () => {
  const kubernetes = binarySets.find(({ name }) => name === 'kubernetes') as BinarySet;

  it("stamps Kubernetes' version as its own build does, from go.mod", () => {
    const command = buildCommand(kubernetes, goMod, '/out');
    expect(command[command.indexOf('-ldflags') + 1]).toBe(
      [
        '-s -w',
        '-X k8s.io/component-base/version.gitVersion=v1.37.2',
        '-X k8s.io/component-base/version.gitMajor=1',
        '-X k8s.io/component-base/version.gitMinor=37',
        '-X k8s.io/component-base/version.gitTreeState=clean',
        '-X k8s.io/client-go/pkg/version.gitVersion=v1.37.2',
      ].join(' '),
    );
  });

  it('holds for the go.mod of this repository', () => {
    const text = readFileSync(join(repositoryRoot, kubernetes.folder, 'go.mod'), 'utf8');
    expect(buildCommand(kubernetes, text, '/out').join(' ')).toMatch(
      /component-base\/version\.gitVersion=v1\.\d+\.\d+ /,
    );
  });
});

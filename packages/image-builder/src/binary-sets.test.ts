import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultKubernetes, type KubernetesMinor, kubernetesMinors, repositoryRoot } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { type BinarySet, binarySetsFor, buildCommand, requiredVersion } from './binary-sets.ts';

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
  const kubernetesOf = (minor: KubernetesMinor) =>
    binarySetsFor(minor).find(({ name }) => name === 'kubernetes') as BinarySet;
  const kubernetes = kubernetesOf(defaultKubernetes);

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

  it.each(kubernetesMinors)('stamps the version that the pins of %s require', (minor) => {
    const set = kubernetesOf(minor);
    const goMod = readFileSync(join(repositoryRoot, set.parts[''] ?? '', 'go.mod'), 'utf8');
    const version = new RegExp(`component-base/version\\.gitVersion=v${minor.replace('.', '\\.')}\\.\\d+ `);
    expect(buildCommand(set, goMod, '/out').join(' ')).toMatch(version);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesMinors, repositoryRoot } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { requiredVersion } from './binary-sets.ts';

const pins = join(repositoryRoot, 'images/minikube-dind/kubernetes');

describe('the pins of Kubernetes', () => {
  it('are there for each minor version, a go.mod and a go.sum, and for no other', () => {
    const folders = readdirSync(pins).filter((name) => name !== 'common');
    expect(folders.sort()).toEqual(kubernetesMinors);
    for (const minor of folders) expect(readdirSync(join(pins, minor))).toEqual(['go.mod', 'go.sum']);
  });

  it.each(kubernetesMinors)('of %s take every part of Kubernetes from one release', (minor) => {
    const goMod = readFileSync(join(pins, minor, 'go.mod'), 'utf8');
    const release = requiredVersion(goMod, 'k8s.io/kubernetes');
    expect(release).toMatch(new RegExp(`^v${minor.replace('.', '\\.')}\\.\\d+$`));
    const parts = [...goMod.matchAll(/^\t(\S+) => (\S+) (\S+)$/gm)];
    expect(parts.length).toBeGreaterThan(25);
    for (const [, part, by, version] of parts)
      expect([by, version], part).toEqual([part, release.replace('v1', 'v0')]);
  });
});

import { kubernetesLabel, kubernetesMinors } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { catalogueFor, closure } from './catalogue.ts';
import { resolveImages } from './inputs.ts';

const catalogue = catalogueFor();

const closed = (...names: string[]) => closure(catalogue, names).map(({ name }) => name);

describe('closure', () => {
  it('adds the images that an image is based on, before it', () => {
    expect(closed('demo-registry')).toEqual(['base', 'demo-registry']);
  });

  it('adds the image that compiles the programs of another', () => {
    expect(closed('minikube-dind')).toEqual(['base', 'toolchain', 'minikube-dind']);
  });

  it('names no image twice, however they were asked for', () => {
    expect(closed('jenkins-build', 'demo-mirror', 'jenkins-build', 'base')).toEqual([
      'base',
      'toolchain',
      'jenkins-build',
      'demo-mirror',
    ]);
  });

  it('fails for an unknown name', () => {
    expect(() => closed('nonsense')).toThrow('nonsense');
  });
});

describe('the catalogue', () => {
  it('has a builder and a cluster for each minor version of Kubernetes, labelled with the release', async () => {
    const all = await Promise.all(
      kubernetesMinors.map((minor) => resolveImages(catalogueFor(minor), ['jenkins-build', 'minikube-dind'])),
    );
    const ours = all.flatMap((images) => images.filter(({ spec }) => spec.binaries !== undefined));
    expect(new Set(ours.map(({ ref }) => ref)).size).toBe(2 * kubernetesMinors.length);
    const releases = ours.map(({ labels }) => labels[kubernetesLabel]?.replace(/\.\d+$/, ''));
    expect(releases).toEqual(kubernetesMinors.flatMap((minor) => [minor, minor]));
  });

  it('names each image after the one it rests on, and after the one that compiles for it', () => {
    const names = catalogue.images.map(({ name }) => name);
    for (const { name, from, binaries } of catalogue.images) {
      const before = names.slice(0, names.indexOf(name));
      if (from !== undefined) expect(before).toContain(from);
      if (binaries !== undefined) expect(before).toContain(catalogue.compiler);
    }
  });
});

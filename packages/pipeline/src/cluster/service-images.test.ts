import { describe, expect, it } from 'vitest';
import { imagesOf } from './service-images.ts';

describe('imagesOf', () => {
  it('always needs the builder and the node', () => {
    expect(imagesOf({ services: {}, cluster: { images: [] } as never })).toEqual([
      'jenkins-build',
      'minikube-dind',
    ]);
  });

  it('adds our own images that services and the cluster name, and leaves the others to the engine', () => {
    const services = { registry: { image: 'demo-registry' }, db: { image: 'postgres:18' } } as never;
    expect(imagesOf({ services, cluster: { images: ['base', 'acme/base:1'] } as never })).toEqual([
      'jenkins-build',
      'minikube-dind',
      'demo-registry',
      'base',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { builderMounts } from './mounts.ts';

const caches = { build: '/cache/go-build', modules: '/cache/go-mod' };
const sources = { top: '/home/acme/istio', caches, ca: '/etc/ssl/ca.pem', readOnly: ['/run/creds'] };

describe('the mounts of a builder', () => {
  it('have the workspace at its own path', () =>
    expect(builderMounts(sources)).toContainEqual({
      source: '/home/acme/istio',
      target: '/home/acme/istio',
    }));

  it('are writable for the workspace and the caches only', () => {
    const writable = builderMounts(sources).filter(({ readOnly }) => !readOnly);
    expect(writable.map(({ source }) => source)).toEqual([
      '/home/acme/istio',
      '/cache/go-build',
      '/cache/go-mod',
    ]);
  });

  it('have credentials only if they are requested', () => {
    const sourcesOf = (readOnly?: string[]) =>
      builderMounts({ ...sources, readOnly }).map(({ source }) => source);
    expect(sourcesOf(['/run/creds'])).toContain('/run/creds');
    expect(sourcesOf()).not.toContain('/run/creds');
  });

  it('have no CA bundle if the machine has none', () =>
    expect(builderMounts({ ...sources, ca: undefined })).toHaveLength(4));
});

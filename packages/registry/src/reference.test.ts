import { describe, expect, it } from 'vitest';
import { parseRepository, parseTaggedImage } from './reference.ts';

describe('parseRepository', () => {
  it.each([
    ['quay.io/acme', 'quay.io', 'acme'],
    ['registry:5000/acme/istio/', 'registry:5000', 'acme/istio'],
    ['localhost/acme', 'localhost', 'acme'],
    ['istio', 'docker.io', 'istio'],
    ['acme/istio', 'docker.io', 'acme/istio'],
    ['index.docker.io/istio', 'docker.io', 'istio'],
  ])('reads %s', (text, host, path) => expect(parseRepository(text)).toEqual({ host, path }));

  it.each(['', 'quay.io/', 'quay.io/Acme', 'quay.io/acme:1', '-x', 'https://quay.io/acme', 'a b/c.d/e'])(
    'refuses %j',
    (text) => expect(() => parseRepository(text)).toThrow(expect.objectContaining({ code: 'HUB_INVALID' })),
  );
});

describe('parseTaggedImage', () => {
  it('distinguishes a port from a tag', () => {
    expect(parseTaggedImage('registry:5000/acme/pilot')).toBeUndefined();
    expect(parseTaggedImage('registry:5000/acme/pilot:1.29.1')).toEqual({
      host: 'registry:5000',
      path: 'acme/pilot',
      tag: '1.29.1',
    });
  });

  it('has no answer for an image without a name', () => {
    expect(parseTaggedImage('<none>:<none>')).toBeUndefined();
  });
});

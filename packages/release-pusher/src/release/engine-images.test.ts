import { describe, expect, it } from 'vitest';
import { imagesUnder, registryTrouble } from './engine-images.ts';

describe('imagesUnder', () => {
  const image = (Id: string, RepoTags: string[], RepoDigests: string[] = []) => ({
    Id,
    RepoTags,
    RepoDigests,
  });

  it('takes the images of the hub and tag, with their variants, sorted', () => {
    const images = [
      image('1', ['quay.io/acme/proxyv2:b1-distroless', 'quay.io/acme/proxyv2:other']),
      image('2', ['quay.io/acme/pilot:b1', 'gcr.io/acme/pilot:b1', 'quay.io/acmex/pilot:b1']),
      image('3', ['quay.io/acme/tools/shell:b1', 'quay.io/acme/pilot:b1-2']),
      image('4', ['<none>:<none>']),
    ];
    expect(
      imagesUnder(images, 'quay.io/acme/', 'b1').map(({ name, variant, id }) => [name, variant, id]),
    ).toEqual([
      ['pilot', '', '2'],
      ['proxyv2', '-distroless', '1'],
      ['tools/shell', '', '3'],
    ]);
  });

  it('knows Docker Hub by its short name', () => {
    const [found] = imagesUnder(
      [image('1', ['istio/pilot:b1'], ['istio/pilot@sha256:a'])],
      'docker.io/istio',
      'b1',
    );
    expect(found).toMatchObject({ ref: 'istio/pilot:b1', digests: ['sha256:a'] });
  });

  it('takes no digest of another repository', () => {
    const digests = ['quay.io/acme/pilot@sha256:a', 'gcr.io/acme/pilot@sha256:b', '<none>@<none>'];
    expect(
      imagesUnder([image('1', ['quay.io/acme/pilot:b1'], digests)], 'quay.io/acme', 'b1')[0]?.digests,
    ).toEqual(['sha256:a']);
  });
});

describe('registryTrouble', () => {
  it.each([
    ['denied: requested access to the resource is denied', 'denied'],
    ['unauthorized: authentication required', 'doubtful'],
    ['no basic auth credentials', 'doubtful'],
    ['toomanyrequests: rate exceeded', 'transient'],
    ['received unexpected HTTP status: 503 Service Unavailable', 'transient'],
    ['Put "https://x": EOF', 'transient'],
    ['read tcp: connection reset by peer', 'transient'],
    ['pkg/x.go:500: undefined: Foo', 'other'],
    ['make: *** No rule to make target', 'other'],
  ])('reads %j as %s', (text, trouble) => expect(registryTrouble(text)).toBe(trouble));
});

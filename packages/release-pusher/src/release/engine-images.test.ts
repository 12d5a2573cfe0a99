import { describe, expect, it } from 'vitest';
import { imagesUnder, reportsDigest } from './engine-images.ts';

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

describe('reportsDigest', () => {
  const digest = `sha256:${'0d'.repeat(32)}`;

  it.each([
    ['the older image store', { aux: { Tag: 'b1', Digest: digest, Size: 895 } }],
    ["containerd's, as 26.1.5 and 29 have it", { status: `build-1: digest: ${digest} size: 895` }],
  ])('finds it in the last line of %s', (_, message) => expect(reportsDigest(message)).toBe(true));

  it.each([
    { status: 'The push refers to repository [registry:5000/acme/pilot]' },
    { status: 'Pushed', id: '8b8cacbf3913' },
    { aux: {} },
  ])('finds none in %j', (message) => expect(reportsDigest(message)).toBe(false));
});

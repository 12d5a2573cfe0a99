import type { Receipt } from '@istio-ci/release-pusher';
import { describe, expect, it } from 'vitest';
import { pushedImages, pushFacts } from './push-facts.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const receipt = (changes: Partial<Receipt> = {}): Receipt => ({
  schemaVersion: 1,
  outcome: 'released',
  dryRun: false,
  mode: 'promote',
  commit: 'c',
  treeClean: true,
  releaseTag: '1.29.1',
  reason: null,
  candidateTag: 'b1',
  facts: {},
  startedAt: '',
  finishedAt: '',
  images: [image(digest)],
  ...changes,
});
const image = (of: string | null): Receipt['images'][number] => ({
  name: 'pilot',
  variant: '',
  digest: of,
  mediaType: null,
  created: null,
  revision: null,
  platforms: [],
  attestations: [],
  locations: [
    {
      registry: 'quay.io',
      repository: 'quay.io/acme/pilot',
      tags: [
        { tag: 'b1', kind: 'candidate', status: 'pushed' },
        { tag: '1.29.1', kind: 'release', status: 'unchanged' },
        { tag: 'latest', kind: 'moving', status: 'kept' },
      ],
    },
  ],
});
const release = { kind: 'tag' as const, tag: '1.29.1', annotated: false, moving: ['latest'] };

describe('pushFacts', () => {
  it('list each tag that names an image of this push, but none that a newer release keeps', () =>
    expect(pushFacts(receipt(), { release })).toEqual({
      pushed: [`quay.io/acme/pilot:b1@${digest}`, `quay.io/acme/pilot:1.29.1@${digest}`],
      release: '1.29.1',
    }));

  it('say why there is no release', () =>
    expect(
      pushFacts(receipt(), { release: { kind: 'none', reason: 'NO_TAG', message: 'HEAD carries no tag.' } }),
    ).toMatchObject({ 'no release': 'HEAD carries no tag.' }));

  it('claim nothing after a dry run, and no unknown digest', () =>
    expect(pushFacts(receipt({ dryRun: true, images: [image(null)] }), { release })).toEqual({
      dryRun: true,
      'would push': ['quay.io/acme/pilot:b1', 'quay.io/acme/pilot:1.29.1'],
      'would release': '1.29.1',
    }));
});

describe('pushedImages', () => {
  it('lists hub, name, tag and digest of every pushed tag', () =>
    expect(pushedImages(receipt())).toEqual([
      { where: 'quay.io/acme', name: 'pilot', tag: 'b1', digest },
      { where: 'quay.io/acme', name: 'pilot', tag: '1.29.1', digest },
    ]));

  it('lists nothing after a dry run', () => expect(pushedImages(receipt({ dryRun: true }))).toEqual([]));
});

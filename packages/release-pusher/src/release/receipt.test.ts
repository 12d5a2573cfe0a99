import { expect, it } from 'vitest';
import { testRun } from '../../test/prepared-push.ts';
import { advance, type JournalEvent, type PushState } from './journal-state.ts';
import { makeReceipt } from './receipt.ts';

it('a receipt in mode rebuild names each tag at the image that it names', async () => {
  const [tested, released] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];
  const image = (digest: string) => [{ name: 'pilot', variant: '', digest }];
  const tag = (name: string, digest: string, status: 'pushed' | 'moved') =>
    ({ event: 'tag', at: '', ref: `quay.io/acme/pilot:${name}`, digest, status }) as const;
  const events: JournalEvent[] = [
    { event: 'run', at: '', run: testRun({ hubs: ['quay.io/acme'], mode: 'rebuild', moving: ['latest'] }) },
    { event: 'candidates', at: '', images: image(tested) },
    { event: 'release-images', at: '', images: image(released) },
    tag('build-1', tested, 'pushed'),
    tag('1.29.1', released, 'pushed'),
    tag('latest', released, 'moved'),
  ];
  const state = events.reduce<PushState | undefined>(advance, undefined) as PushState;
  const { images } = await makeReceipt(state, 'released');
  expect(images.map(({ digest, locations }) => [digest, locations[0]?.tags.map((one) => one.tag)])).toEqual([
    [released, ['1.29.1', 'latest']],
    [tested, ['build-1']],
  ]);
});

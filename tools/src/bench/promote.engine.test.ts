import { requireEngine } from '@istio-ci/image-builder';
import { expect, it } from 'vitest';
import { benchPromote } from './promote.ts';

it('the bench promotes four images, pulls and pushes the same four, and leaves none in the engine', async () => {
  const { promote, pullAndPush, ratio } = await benchPromote({ runs: 1 });
  expect([promote, pullAndPush, ratio].every((figure) => (figure?.median ?? 0) > 0)).toBe(true);
  const names = (await (await requireEngine()).listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(names.filter((name) => /\/run1\/\S+:(?:build-1|by-hand)$/.test(name))).toEqual([]);
});

import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@istio-ci/kit';
import { expect, it } from 'vitest';
import { gitTop } from './git-top.ts';

it('is the checkout that contains a distribution, or the folder itself if there is none', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'istio-ci-top-')));
  const below = join(folder, 'charts/istio');
  await mkdir(below, { recursive: true });
  expect(await gitTop(below)).toBe(below);
  await run(['git', 'init', '--quiet', folder]);
  expect(await gitTop(below)).toBe(folder);
  expect(await gitTop(folder)).toBe(folder);
  await rm(folder, { recursive: true });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@istio-ci/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failureOf, type Scene, setScene } from '../../test/scene.ts';
import { tinySha } from '../../test/tiny-envoy.ts';
import { resolvePin } from '../pin/pin.ts';
import { fetchEnvoy } from './fetch.ts';

const secret = 'f'.repeat(40);
let scene: Scene;
let root: string;
beforeEach(async () => {
  scene = await setScene();
  root = join(scene.folder, 'tree');
  await mkdir(root);
  await git('init', '--quiet');
});
afterEach(() => scene[Symbol.asyncDispose]());

const git = (...args: string[]) =>
  run(['git', '-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'tag.gpgsign=false', ...args]);
const commit = async (sha: string, tag: string) => {
  await writeFile(join(root, 'istio.deps'), JSON.stringify([{ name: 'PROXY_REPO_SHA', lastStableSHA: sha }]));
  await git('add', '.');
  await git('commit', '--quiet', '-m', tag);
  await git('tag', tag);
};
const refused = async () => {
  const pin = await resolvePin({ root, sources: { deps: 'istio.deps' } });
  return await failureOf(fetchEnvoy({ ...scene.request, pin, root }));
};

it('suggests the pin of the newest tag that the mirror has', async () => {
  await commit(tinySha, '1.29.0');
  await commit(secret, '1.29.1');
  const error = await refused();
  expect(error.code).toBe('ENVOY_NOT_PUBLISHED');
  expect(error.remedy).toContain(`Pin ${tinySha}, which tag 1.29.0 pins and which is published`);
});

it('suggests no tag if no pin of a tag is published', async () => {
  await commit('e'.repeat(40), '1.29.0');
  await commit(secret, '1.29.1');
  expect((await refused()).remedy).toContain('Pin a SHA that is published');
});

import { sha256 } from '@istio-ci/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publish, type Scene, setScene } from '../test/scene.ts';
import { envoyArchive, tinyEnvoy } from '../test/tiny-envoy.ts';
import { fetchEnvoy } from './fetch/fetch.ts';
import { installEnvoy } from './install/install.ts';
import { makeLock } from './make-lock.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

it('makes an entry for each architecture, with the hash that the mirror publishes', async () => {
  const { server, request } = scene;
  const arm = await envoyArchive(tinyEnvoy({ arch: 'arm64' }));
  server.files.set(`/a/envoy-alpha-${request.pin.sha}-arm64.tar.gz`, arm);
  const { entries } = await makeLock({ ...request, arches: ['amd64', 'arm64'] });
  expect(entries).toMatchObject([
    { arch: 'amd64', sha256: sha256(scene.archive), size: scene.archive.length, source: 'sidecar' },
    { arch: 'arm64', sha256: sha256(arm), source: 'tofu' },
  ]);
  expect(entries[0]).not.toHaveProperty('revision');
});

it('records and prints the revision of a repacked Envoy, so that it can be installed', async () => {
  publish(scene.server, 'a', await envoyArchive(tinyEnvoy({ revision: 'e'.repeat(40) })));
  const printed: string[] = [];
  const lock = await makeLock({
    ...scene.request,
    arches: ['amd64'],
    progress: (line) => printed.push(line),
  });
  expect(lock.entries[0]?.revision).toBe('e'.repeat(40));
  expect(printed.join('\n')).toContain(`IT REPORTS REVISION ${'e'.repeat(40)}`);
  const fetched = await fetchEnvoy({ ...scene.request, lock, locked: true });
  await installEnvoy(fetched, { targets: [scene.target] });
});

it('refuses an archive without a usable binary', async () => {
  publish(scene.server, 'a', await envoyArchive(Buffer.from('#!/bin/sh\nexit 0 # no Envoy')));
  await expect(makeLock({ ...scene.request, arches: ['amd64'] })).rejects.toMatchObject({
    code: 'ENVOY_ARCHIVE',
  });
});

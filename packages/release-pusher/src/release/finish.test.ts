import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../test/fault-proxy.ts';
import { preparedPush, resumeCommand, testRun } from '../../test/prepared-push.ts';
import { type RegistryServer, startRegistry } from '../../test/registry-server.ts';
import { plainConnection, uploadImage, uploadIndex } from '../../test/test-images.ts';
import { getManifest, headManifest } from '../registry/client.ts';
import { parseManifest } from '../registry/manifest.ts';
import { openJournal } from './journal.ts';
import { resumePush } from './push.ts';
import { receiptSchema } from './receipt-schema.ts';
import type { ReleasedImage, ReleaseRun } from './run.ts';
import { releaseStatus } from './status.ts';

let server: RegistryServer;
let proxy: FaultProxy;
let number = 0;
beforeAll(async () => {
  server = await startRegistry();
  proxy = await startFaultProxy(server.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A hub of its own for each test, with two images as candidates, the second one of two platforms. */
async function candidates() {
  number += 1;
  const hub = `${proxy.host}/hub${number}`;
  proxy.use(() => 'none');
  const direct = plainConnection(proxy.host);
  const at = (name: string) => ({ host: proxy.host, path: `hub${number}/${name}` });
  const images: ReleasedImage[] = [
    { name: 'pilot', variant: '', digest: await uploadImage(direct, at('pilot'), 'pilot', 'build-1') },
    {
      name: 'proxyv2',
      variant: '-distroless',
      digest: await uploadIndex(direct, at('proxyv2'), 'proxy', 'build-1-distroless'),
    },
  ];
  const tag = (name: string, reference: string) => headManifest(direct, at(name), reference);
  return { hub, images, at, tag, direct };
}

const resume = async (run: ReleaseRun, images: readonly ReleasedImage[]) => {
  const prepared = await preparedPush(run, images);
  const told: string[] = [];
  const again = () =>
    resumePush({
      progress: (message) => told.push(message),
      outDir: prepared.outDir,
      resumeCommand,
      credentials: { kind: 'none' },
      registry: { insecureHosts: [proxy.host], retryDelaysMs: [0, 0, 0, 0] },
      scan: [],
    });
  return { ...prepared, again, told };
};

describe('finishing a push', () => {
  it('puts the release and moving tags on the tested digests, and tells all in a receipt', async () => {
    const { hub, images, tag } = await candidates();
    await using push = await resume(testRun({ hubs: [hub] }), images);
    const receipt = await push.again();
    for (const name of ['1.29.1', '1.29', 'latest']) {
      expect(await tag('pilot', name)).toBe(images[0]?.digest);
      expect(await tag('proxyv2', `${name}-distroless`)).toBe(images[1]?.digest);
    }
    const file = JSON.parse(await readFile(join(push.outDir, 'receipt.json'), 'utf8'));
    expect(receiptSchema.parse(file)).toEqual(receipt);
    expect(receipt).toMatchObject({ outcome: 'released', facts: { envoySha256: 'abc' } });
    expect(receipt.images[1]).toMatchObject({
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
      attestations: [expect.stringContaining('sha256:')],
      revision: 'revision of proxy',
    });
  });

  it('gives every hub the same digests', async () => {
    const { hub, images, direct } = await candidates();
    const other = { host: proxy.host, path: `mirror${number}/proxyv2` };
    await using push = await resume(testRun({ hubs: [hub, `${proxy.host}/mirror${number}`] }), images);
    await push.again();
    expect(await headManifest(direct, other, '1.29.1-distroless')).toBe(images[1]?.digest);
  });

  it('writes nothing when one release tag names another image, and shows both', async () => {
    const { hub, images, at, tag, direct } = await candidates();
    const old = await uploadImage(direct, at('proxyv2'), 'old', '1.29.1-distroless');
    await using push = await resume(testRun({ hubs: [hub] }), images);
    await expect(push.again()).rejects.toMatchObject({
      code: 'TAG_CONFLICT',
      exitCode: 6,
      message: expect.stringMatching(
        new RegExp(
          `1.29.1-distroless\n +there +${old} \\(created 2026-01-02T03:04:05Z, revision revision of old\\)\n +ours +${images[1]?.digest}`,
        ),
      ),
    });
    expect(await tag('pilot', '1.29.1')).toBeUndefined();
    expect((await releaseStatus(push.outDir, resumeCommand)).outcome).toBe('interrupted');
  });

  it('leaves a tag with the same digest alone', async () => {
    const { hub, images, at, direct } = await candidates();
    await uploadImage(direct, at('pilot'), 'pilot', '1.29.1');
    await using push = await resume(testRun({ hubs: [hub] }), images);
    const receipt = await push.again();
    expect(receipt.images[0]?.locations[0]?.tags).toContainEqual({
      tag: '1.29.1',
      kind: 'release',
      status: 'unchanged',
    });
  });

  it('keeps a moving tag on a newer release', async () => {
    const { hub, images, at, tag, direct } = await candidates();
    const newer = await uploadImage(direct, at('pilot'), 'newer', '1.30.0');
    await uploadImage(direct, at('pilot'), 'newer', 'latest');
    await using push = await resume(testRun({ hubs: [hub] }), images);
    const receipt = await push.again();
    expect(await tag('pilot', 'latest')).toBe(newer);
    expect(await tag('pilot', '1.29')).toBe(images[0]?.digest);
    expect(receipt.images[0]?.locations[0]?.tags).toContainEqual({
      tag: 'latest',
      kind: 'moving',
      status: 'kept',
    });
  });

  it('leaves candidates as they are when there is no release', async () => {
    const { hub, images, tag } = await candidates();
    await using push = await resume(
      testRun({ hubs: [hub], releaseTag: null, reason: 'NO_TAG', moving: [] }),
      images,
    );
    expect(await push.again()).toMatchObject({ outcome: 'candidate', reason: 'NO_TAG' });
    expect(await tag('pilot', '1.29.1')).toBeUndefined();
  });

  it('refuses an index with a platform that is missing', async () => {
    const { hub, images, at, direct, tag } = await candidates();
    const [, index] = images;
    const manifest = await getManifest(direct, at('proxyv2'), index?.digest ?? '');
    const child = parseManifest(manifest, 'the index').children[1]?.digest;
    await direct.send(
      { repository: at('proxyv2'), method: 'DELETE', path: `manifests/${child}` },
      async () => {},
    );
    await using push = await resume(testRun({ hubs: [hub] }), images);
    await expect(push.again()).rejects.toMatchObject({ code: 'INDEX_INCOMPLETE', exitCode: 5 });
    expect(await tag('pilot', '1.29.1')).toBeUndefined();
  });

  it('is PARTIAL when it fails between two release tags, and says how to finish; then finishes', async () => {
    const { hub, images, tag } = await candidates();
    await using push = await resume(testRun({ hubs: [hub] }), images);
    proxy.use(({ method, path }) =>
      method === 'PUT' && path.includes('/proxyv2/manifests/1.29.1') ? 'error' : 'none',
    );
    await expect(push.again()).rejects.toMatchObject({
      code: 'PARTIAL',
      exitCode: 7,
      message: expect.stringMatching(
        /pilot:1\.29\.1 {2}pushed\n.*proxyv2:1\.29\.1-distroless {2}not written/,
      ),
      remedy: `Finish it: ${resumeCommand}`,
    });
    const receipt = JSON.parse(await readFile(join(push.outDir, 'receipt.json'), 'utf8'));
    expect(receiptSchema.parse(receipt).outcome).toBe('partial');
    expect(await releaseStatus(push.outDir, resumeCommand)).toMatchObject({
      outcome: 'partial',
      next: resumeCommand,
    });
    proxy.use(() => 'none');
    await push.again();
    expect(await tag('proxyv2', '1.29.1-distroless')).toBe(images[1]?.digest);
    expect(
      (await releaseStatus(push.outDir, resumeCommand)).rows.every(({ state }) => state === 'verified'),
    ).toBe(true);
  });

  it('refuses what another pusher put there meanwhile', async () => {
    const { hub, images, at, direct } = await candidates();
    await using push = await resume(testRun({ hubs: [hub] }), images);
    let raced = false;
    proxy.use(async ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('/pilot/manifests/1.29.1') || raced) return 'none';
      raced = true;
      const past = { ...at('pilot'), host: server.host };
      await uploadImage(plainConnection(server.host), past, 'other', '1.29.1');
      return 'cut-before';
    });
    await expect(push.again()).rejects.toMatchObject({
      code: 'PARTIAL',
      cause: expect.objectContaining({ code: 'TAG_CONFLICT' }),
    });
    expect(await headManifest(direct, at('pilot'), '1.29.1')).not.toBe(images[0]?.digest);
  });

  it('looks again before each attempt at a moving tag: a newer release may be out by then', async () => {
    const { hub, images, at, tag } = await candidates();
    await using push = await resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    const past = plainConnection(server.host);
    let newer = '';
    proxy.use(async ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('/pilot/manifests/latest') || newer !== '') return 'none';
      newer = await uploadImage(past, { ...at('pilot'), host: server.host }, 'newer', '1.30.0');
      await uploadImage(past, { ...at('pilot'), host: server.host }, 'newer', 'latest');
      return 'cut-before';
    });
    const receipt = await push.again();
    expect(await tag('pilot', 'latest')).toBe(newer);
    expect(receipt.images[0]?.locations[0]?.tags).toContainEqual(
      expect.objectContaining({ tag: 'latest', status: 'kept' }),
    );
  });

  it('is not done while a moving tag is not where it was put', async () => {
    const { hub, images, at } = await candidates();
    await using push = await resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    let put = false;
    proxy.use(async ({ method, path }) => {
      const latest = path.endsWith('/pilot/manifests/latest');
      if (latest && method === 'HEAD' && put)
        await uploadImage(plainConnection(server.host), { ...at('pilot'), host: server.host }, 'x', 'latest');
      put ||= latest && method === 'PUT';
      return 'none' as const;
    });
    await expect(push.again()).rejects.toMatchObject({
      code: 'PARTIAL',
      cause: expect.objectContaining({ code: 'DIGEST_MISMATCH' }),
    });
    proxy.use(() => 'none');
    await push.again();
  });

  it('leaves a moving tag where the registry keeps it', async () => {
    const { hub, images } = await candidates();
    await using push = await resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    proxy.use(({ method, path }) =>
      method === 'PUT' && path.endsWith('/manifests/latest')
        ? { status: 400, code: 'TAG_INVALID', message: 'latest is immutable' }
        : 'none',
    );
    const receipt = await push.again();
    expect(receipt.outcome).toBe('released');
    expect(receipt.images[0]?.locations[0]?.tags.at(-1)).toMatchObject({ tag: 'latest', status: 'kept' });
    expect(push.told).toContainEqual(
      expect.stringMatching(/^warning: \S+pilot:latest stays where it is: .*immutable/),
    );
  });

  it.each(['1.29.1', 'latest'])('waits for a registry that does not see its own %s at once', async (name) => {
    const { hub, images, tag } = await candidates();
    await using push = await resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    let stale = 0;
    proxy.use(({ method, path }) => {
      if (!path.endsWith(`/pilot/manifests/${name}`)) return 'none';
      if (method === 'PUT') stale = 2;
      if (method !== 'HEAD' || stale === 0) return 'none';
      stale -= 1;
      return { status: 404, code: 'MANIFEST_UNKNOWN', message: 'not here yet' };
    });
    await push.again();
    proxy.use(() => 'none');
    expect(await tag('pilot', name)).toBe(images[0]?.digest);
  });

  it('has nothing to resume once it is done', async () => {
    const { hub, images } = await candidates();
    await using push = await resume(testRun({ hubs: [hub] }), images);
    await push.again();
    await expect(push.again()).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME', exitCode: 2 });
  });

  it('cannot resume before all candidates were verified', async () => {
    const { hub } = await candidates();
    await using push = await resume(testRun({ hubs: [hub] }), []);
    {
      await using journal = await openJournal(push.outDir);
      await journal.append({ event: 'run', run: testRun({ hubs: [hub] }) });
    }
    await expect(push.again()).rejects.toMatchObject({ code: 'RESUME_NEEDS_BUILD' });
  });
});

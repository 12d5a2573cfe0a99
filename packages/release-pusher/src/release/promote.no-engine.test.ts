import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getManifest, headManifest, parseManifest } from '@istio-ci/registry';
import { uploadImage } from '@istio-ci/registry/test/test-images';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finishing, startFinishing } from '../../test/finishing.ts';
import { resumeCommand, testRun } from '../../test/prepared-push.ts';
import { openJournal } from './journal.ts';
import { receiptSchema } from './receipt-schema.ts';
import { releaseStatus } from './status.ts';

let t: Finishing;
beforeAll(async () => {
  t = await startFinishing();
});
afterAll(() => t[Symbol.asyncDispose]());

describe('finishing a push', () => {
  it('puts the release and moving tags on the tested digests, and lists all of them in a receipt', async () => {
    const { hub, images, tag } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
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
    const { hub, images, direct, mirror } = await t.candidates();
    const there = { host: t.proxy.host, path: `${mirror}/proxyv2` };
    await using push = await t.resume(testRun({ hubs: [hub, `${t.proxy.host}/${mirror}`] }), images);
    await push.again();
    expect(await headManifest(direct, there, '1.29.1-distroless')).toBe(images[1]?.digest);
  });

  it('writes nothing when one release tag names another image, and shows both', async () => {
    const { hub, images, at, tag, direct } = await t.candidates();
    const old = await uploadImage(direct, at('proxyv2'), 'old', '1.29.1-distroless');
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
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
    const { hub, images, at, direct } = await t.candidates();
    await uploadImage(direct, at('pilot'), 'pilot', '1.29.1');
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
    const receipt = await push.again();
    expect(receipt.images[0]?.locations[0]?.tags).toContainEqual({
      tag: '1.29.1',
      kind: 'release',
      status: 'unchanged',
    });
  });

  it('leaves candidates unchanged if there is no release', async () => {
    const { hub, images, tag } = await t.candidates();
    await using push = await t.resume(
      testRun({ hubs: [hub], releaseTag: null, reason: 'NO_TAG', moving: [] }),
      images,
    );
    expect(await push.again()).toMatchObject({ outcome: 'candidate', reason: 'NO_TAG' });
    expect(await tag('pilot', '1.29.1')).toBeUndefined();
  });

  it('refuses an index with a platform that is missing', async () => {
    const { hub, images, at, direct, tag } = await t.candidates();
    const [, index] = images;
    const manifest = await getManifest(direct, at('proxyv2'), index?.digest ?? '');
    const child = parseManifest(manifest, 'the index').children[1]?.digest;
    await direct.send(
      { repository: at('proxyv2'), method: 'DELETE', path: `manifests/${child}` },
      async () => {},
    );
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
    await expect(push.again()).rejects.toMatchObject({ code: 'INDEX_INCOMPLETE', exitCode: 5 });
    expect(await tag('pilot', '1.29.1')).toBeUndefined();
  });

  it('is PARTIAL when it fails between two release tags, and says how to finish; then finishes', async () => {
    const { hub, images, tag } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
    t.proxy.use(({ method, path }) =>
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
    t.proxy.use(() => 'none');
    await push.again();
    expect(await tag('proxyv2', '1.29.1-distroless')).toBe(images[1]?.digest);
    expect(
      (await releaseStatus(push.outDir, resumeCommand)).rows.every(({ state }) => state === 'verified'),
    ).toBe(true);
  });

  it('refuses a tag that another pusher wrote in between', async () => {
    const { hub, images, at, direct, other } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
    let raced = false;
    t.proxy.use(async ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('/pilot/manifests/1.29.1') || raced) return 'none';
      raced = true;
      await other('pilot', 'other', '1.29.1');
      return 'cut-before';
    });
    await expect(push.again()).rejects.toMatchObject({
      code: 'PARTIAL',
      cause: expect.objectContaining({ code: 'TAG_CONFLICT' }),
    });
    expect(await headManifest(direct, at('pilot'), '1.29.1')).not.toBe(images[0]?.digest);
  });

  it.each(['1.29.1', 'latest'])('waits for a registry that does not see its own %s at once', async (name) => {
    const { hub, images, tag } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    let stale = 0;
    t.proxy.use(({ method, path }) => {
      if (!path.endsWith(`/pilot/manifests/${name}`)) return 'none';
      if (method === 'PUT') stale = 2;
      if (method !== 'HEAD' || stale === 0) return 'none';
      stale -= 1;
      return { status: 404, code: 'MANIFEST_UNKNOWN', message: 'not here yet' };
    });
    await push.again();
    t.proxy.use(() => 'none');
    expect(await tag('pilot', name)).toBe(images[0]?.digest);
  });

  it('has nothing to resume once it is done', async () => {
    const { hub, images } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
    await push.again();
    await expect(push.again()).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME', exitCode: 2 });
  });

  it('cannot resume before all candidates were verified', async () => {
    const { hub } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub] }), []);
    {
      await using journal = await openJournal(push.outDir);
      await journal.append({ event: 'run', run: testRun({ hubs: [hub] }) });
    }
    await expect(push.again()).rejects.toMatchObject({ code: 'RESUME_NEEDS_BUILD' });
  });
});

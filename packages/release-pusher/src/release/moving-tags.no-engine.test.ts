import { uploadImage } from '@istio-ci/registry/test/test-images';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finishing, startFinishing } from '../../test/finishing.ts';
import { testRun } from '../../test/prepared-push.ts';

let t: Finishing;
beforeAll(async () => {
  t = await startFinishing();
});
afterAll(() => t[Symbol.asyncDispose]());

describe('finishing a push', () => {
  it('keeps a moving tag on a newer release', async () => {
    const { hub, images, at, tag, direct } = await t.candidates();
    const newer = await uploadImage(direct, at('pilot'), 'newer', '1.30.0');
    await uploadImage(direct, at('pilot'), 'newer', 'latest');
    await using push = await t.resume(testRun({ hubs: [hub] }), images);
    const receipt = await push.again();
    expect(await tag('pilot', 'latest')).toBe(newer);
    expect(await tag('pilot', '1.29')).toBe(images[0]?.digest);
    expect(receipt.images[0]?.locations[0]?.tags).toContainEqual({
      tag: 'latest',
      kind: 'moving',
      status: 'kept',
    });
  });

  it('looks again before each attempt at a moving tag: a newer release may be out by then', async () => {
    const { hub, images, tag, other } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    let newer = '';
    t.proxy.use(async ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('/pilot/manifests/latest') || newer !== '') return 'none';
      newer = await other('pilot', 'newer', '1.30.0');
      await other('pilot', 'newer', 'latest');
      return 'cut-before';
    });
    const receipt = await push.again();
    expect(await tag('pilot', 'latest')).toBe(newer);
    expect(receipt.images[0]?.locations[0]?.tags).toContainEqual(
      expect.objectContaining({ tag: 'latest', status: 'kept' }),
    );
  });

  it('is not done while a moving tag is not where it was put', async () => {
    const { hub, images, other } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    let put = false;
    t.proxy.use(async ({ method, path }) => {
      const latest = path.endsWith('/pilot/manifests/latest');
      if (latest && method === 'HEAD' && put) await other('pilot', 'x', 'latest');
      put ||= latest && method === 'PUT';
      return 'none' as const;
    });
    await expect(push.again()).rejects.toMatchObject({
      code: 'PARTIAL',
      cause: expect.objectContaining({ code: 'DIGEST_MISMATCH' }),
    });
    t.proxy.use(() => 'none');
    await push.again();
  });

  it('leaves a moving tag alone if the registry protects it', async () => {
    const { hub, images } = await t.candidates();
    await using push = await t.resume(testRun({ hubs: [hub], moving: ['latest'] }), images);
    t.proxy.use(({ method, path }) =>
      method === 'PUT' && path.endsWith('/manifests/latest')
        ? { status: 400, code: 'TAG_INVALID', message: 'latest is immutable' }
        : 'none',
    );
    const receipt = await push.again();
    expect(receipt.outcome).toBe('released');
    expect(receipt.images[0]?.locations[0]?.tags.at(-1)).toMatchObject({ tag: 'latest', status: 'kept' });
    expect(push.messages).toContainEqual(
      expect.stringMatching(/^warning: \S+pilot:latest stays where it is: .*immutable/),
    );
  });
});

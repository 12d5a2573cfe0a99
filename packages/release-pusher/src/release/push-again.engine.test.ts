import { readFile, stat } from 'node:fs/promises';
import { requireEngine } from '@istio-ci/image-builder';
import { uploadImage } from '@istio-ci/registry/test/test-images';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeCommand } from '../../test/prepared-push.ts';
import { account, type RegistryFixture, setUpPush, startRegistryFixture } from '../../test/push-fixture.ts';
import { testPlan } from '../../test/test-distribution.ts';
import { journalFile, readJournal } from './journal.ts';
import { push, resumePush } from './push.ts';
import { releaseStatus } from './status.ts';

let engine: Docker;
let fixture: RegistryFixture;
beforeAll(async () => {
  engine = await requireEngine();
  fixture = await startRegistryFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const setUp = (lines?: string) => setUpPush(fixture, engine, lines);
type SetUp = Awaited<ReturnType<typeof setUp>>;

/** The registry answers no write of a tag of proxyv2. */
const proxyv2Fails = (tag: string) =>
  fixture.proxy.use(({ method, path }) =>
    method === 'PUT' && path.endsWith(`/proxyv2/manifests/${tag}`) ? 'error' : 'none',
  );

const rebuild = (t: SetUp) => {
  const made: string[] = [];
  const options = {
    ...t.options,
    mode: 'rebuild' as const,
    runMakePush: async (hub: string, tag: string, dir: string) => {
      made.push(tag);
      await t.distribution.make('push', hub, tag, dir);
    },
  };
  return { made, options };
};

describe('a BUILD_TAG that was used before', () => {
  it.each([
    [
      'has been built',
      /ours +built, in the engine sha256:[0-9a-f]{64} \(created 20\S+Z, revision r1\)/,
      (t: SetUp) => t.distribution.make('images', t.hub, 'build-1'),
    ],
    ['make tells before it is built', /ours +not built yet/, async () => {}],
  ])('is refused before the first byte, for an image that %s', async (_, words, prepare) => {
    await using t = await setUp();
    const other = await uploadImage(fixture.direct, t.at('proxyv2'), 'other', 'build-1');
    await prepare(t);
    await expect(push(t.options)).rejects.toMatchObject({
      code: 'TAG_CONFLICT',
      message: expect.stringMatching(words),
    });
    expect(t.writes()).toEqual([]);
    expect(await t.digest('proxyv2', 'build-1')).toBe(other);
  });

  it('is refused for an image that the engine has under another hub, if make says nothing', async () => {
    await using t = await setUp();
    await uploadImage(fixture.direct, t.at('pilot'), 'other', 'build-1');
    await t.distribution.make('images', 'acme.dev/istio', 'local');
    const { planMakePush: _, ...options } = t.options;
    await expect(push(options)).rejects.toMatchObject({ code: 'TAG_CONFLICT' });
    expect(t.writes()).toEqual([]);
  });

  it('is taken again by the push that it is of', async () => {
    await using t = await setUp();
    const first = await push(t.options);
    const second = await push(t.options);
    expect(second.images.map(({ digest }) => digest)).toEqual(first.images.map(({ digest }) => digest));
    expect(second.images[0]?.locations[0]?.tags[1]).toEqual({
      tag: '1.29.1',
      kind: 'release',
      status: 'unchanged',
    });
  });
});

describe('a release that is half done', () => {
  const half = async () => {
    const t = await setUp();
    proxyv2Fails('1.29.1');
    await expect(push(t.options)).rejects.toMatchObject({ code: 'PARTIAL', exitCode: 7 });
    fixture.proxy.use(() => 'none');
    return t;
  };

  it.each([
    ['a push of another release', testPlan('build-2', '1.29.2')],
    ['a push of the same release from another build', testPlan('build-2', '1.29.1')],
    ['a push without a release', testPlan('build-2')],
  ])('is not forgotten by %s', async (_, plan) => {
    await using t = await half();
    await expect(push({ ...t.options, plan })).rejects.toMatchObject({
      code: 'PARTIAL',
      message: 'Release 1.29.1 was begun with the images of build-1 and is not complete.',
      remedy: expect.stringContaining(`Finish it first: ${resumeCommand}.`),
    });
    await expect(push({ ...t.options, plan, dryRun: true })).rejects.toMatchObject({ code: 'PARTIAL' });
    expect((await releaseStatus(t.distribution.outDir, resumeCommand)).outcome).toBe('partial');
    expect(t.writes()).toEqual([]);
  });

  it('is finished with the same digests, by the same push or without the engine', async () => {
    for (const again of [push, resumePush]) {
      await using t = await half();
      const candidates = (await readJournal(t.distribution.outDir))?.candidates;
      await again(t.options);
      for (const { name, digest } of candidates ?? []) expect(await t.digest(name, '1.29.1')).toBe(digest);
      expect(candidates).toHaveLength(2);
    }
  });
});

describe('mode rebuild', () => {
  it('pushes twice, as the article does', async () => {
    await using t = await setUp();
    const { made, options } = rebuild(t);
    await push(options);
    expect(made).toEqual(['build-1', '1.29.1']);
    expect(await t.digest('pilot', '1.29.1')).toMatch(/^sha256:/);
  });

  it('does not build if the release tag names another image', async () => {
    await using t = await setUp();
    const old = await uploadImage(fixture.direct, t.at('proxyv2'), 'old', '1.29.1');
    const { made, options } = rebuild(t);
    await expect(push(options)).rejects.toMatchObject({ code: 'TAG_CONFLICT' });
    expect(made).toEqual(['build-1']);
    expect([await t.digest('proxyv2', '1.29.1'), await t.digest('pilot', '1.29.1')]).toEqual([
      old,
      undefined,
    ]);
  });

  it('that was cut after it had built pushes the rest, and builds nothing again', async () => {
    await using t = await setUp();
    const { made, options } = rebuild(t);
    const runMakePush = async (hub: string, tag: string, dir: string) => {
      if (tag === 'build-1') return options.runMakePush(hub, tag, dir);
      await t.distribution.make('push-one', hub, tag, dir);
      throw new Error('the machine lost its power');
    };
    const cut = await push({ ...options, runMakePush }).catch((error: unknown) => error);
    expect(cut).toMatchObject({
      code: 'PARTIAL',
      message: expect.stringMatching(/pilot:1\.29\.1 {2}may be out\n.*proxyv2:1\.29\.1 {2}may be out$/),
      remedy: expect.stringContaining('run the push again as it was, with the same BUILD_TAG'),
    });
    const pilot = await t.digest('pilot', '1.29.1');
    await expect(resumePush(options)).rejects.toMatchObject({ code: 'RESUME_NEEDS_BUILD' });
    const receipt = await push(options);
    expect(made).toEqual(['build-1']);
    expect(await t.digest('pilot', '1.29.1')).toBe(pilot);
    expect(await t.digest('proxyv2', '1.29.1')).toBe(receipt.images[1]?.digest);
  });

  it('that was cut while it built replaces nothing that is out', async () => {
    await using t = await setUp();
    const { made, options } = rebuild(t);
    const runMakePush = (hub: string, tag: string, dir: string) =>
      t.distribution.make(tag === 'build-1' ? 'push' : 'push-cut', hub, tag, dir);
    await expect(push({ ...options, runMakePush })).rejects.toMatchObject({ code: 'PARTIAL' });
    const pilot = await t.digest('pilot', '1.29.1');
    expect(pilot).toMatch(/^sha256:/);
    await expect(push(options)).rejects.toMatchObject({
      code: 'REBUILD_CUT',
      exitCode: 7,
      remedy: expect.stringContaining(`Move ${journalFile(t.distribution.outDir)} away`),
    });
    expect(made).toEqual([]);
    expect(await t.digest('pilot', '1.29.1')).toBe(pilot);
  });
});

describe('the second push of mode rebuild', () => {
  it('does not begin if an image of the first one contains a credential', async () => {
    await using t = await setUp(`ENV PASSWORD=${account.password}`);
    const { made, options } = rebuild(t);
    await expect(push({ ...options, scan: [] })).rejects.toMatchObject({ code: 'SECRET_LEAKED' });
    expect(made).toEqual(['build-1']);
    expect(await t.digest('pilot', '1.29.1')).toBeUndefined();
  });

  it('is not a release if it made other images than the first one', async () => {
    await using t = await setUp();
    const { options } = rebuild(t);
    const runMakePush = async (hub: string, tag: string, dir: string) => {
      if (tag === 'build-1') return t.distribution.make('push', hub, tag, dir);
      await t.distribution.make('push-cut', hub, tag, dir).catch(() => {});
    };
    await expect(push({ ...options, runMakePush })).rejects.toMatchObject({
      code: 'REBUILD_DIFFERS',
      message: 'The second push of 1.29.1 made no proxyv2, and what it made is out.',
    });
    expect(await t.digest('pilot', 'latest')).toBeUndefined();
  });
});

describe('a dry run', () => {
  it('reports what the push would do, and writes nothing', async () => {
    await using t = await setUp();
    await uploadImage(fixture.direct, t.at('pilot'), 'newer', '1.30.0');
    fixture.proxy.use(() => 'none');
    const foreseen = await push({ ...t.options, dryRun: true });
    expect(t.writes()).toEqual([]);
    await expect(stat(t.distribution.outDir)).rejects.toThrow('ENOENT');
    const done = await push(t.options);
    const plain = (receipt: typeof done) =>
      receipt.images.map(({ name, locations }) => ({ name, locations }));
    expect(plain(foreseen)).toEqual(plain(done));
    expect(foreseen).toMatchObject({ dryRun: true, outcome: 'released' });
  });

  it('finds the conflicts that the push finds, in the same words, and writes nothing', async () => {
    await using t = await setUp();
    await t.distribution.make('images', t.hub, 'build-1');
    await uploadImage(fixture.direct, t.at('pilot'), 'old', '1.29.1');
    fixture.proxy.use(() => 'none');
    const foreseen = await push({ ...t.options, dryRun: true }).catch((error: unknown) => error);
    expect(foreseen).toMatchObject({ code: 'TAG_CONFLICT' });
    expect(t.writes()).toEqual([]);
    await expect(stat(journalFile(t.distribution.outDir))).rejects.toThrow('ENOENT');
    const found = await push(t.options).catch((error: unknown) => error);
    expect((found as Error).message).toBe((foreseen as Error).message);
    expect(await readFile(journalFile(t.distribution.outDir), 'utf8')).toContain('TAG_CONFLICT');
  });
});

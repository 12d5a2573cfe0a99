import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireEngine } from '@istio-ci/image-builder';
import { headManifest, parseRepository } from '@istio-ci/registry';
import { uploadImage } from '@istio-ci/registry/test/test-images';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsFile } from '../../test/prepared-push.ts';
import { account, type RegistryFixture, setUpPush, startRegistryFixture } from '../../test/push-fixture.ts';
import { journalFile } from './journal.ts';
import { checkPushAccess, push } from './push.ts';

let engine: Docker;
let fixture: RegistryFixture;
beforeAll(async () => {
  engine = await requireEngine();
  fixture = await startRegistryFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const setUp = (lines?: string) => setUpPush(fixture, engine, lines);

const folders = async () =>
  (await readdir('/dev/shm')).filter((name) => name.startsWith('istio-ci-credentials-'));

describe('push', () => {
  it('releases what make push pushed, under the same digests', async () => {
    await using t = await setUp();
    const before = await folders();
    const receipt = await push(t.options);
    expect(receipt.images.map(({ name }) => name)).toEqual(['pilot', 'proxyv2']);
    for (const { name, digest } of receipt.images)
      for (const tag of ['build-1', '1.29.1', 'latest']) expect(await t.digest(name, tag)).toBe(digest);
    expect(await folders()).toEqual(before);
  });

  it('pushes what make push left out, despite faults, and never builds again', async () => {
    await using t = await setUp();
    let made = 0;
    const runMakePush = async (hub: string, tag: string, dir: string) => {
      made += 1;
      await t.distribution.make('push-one', hub, tag, dir);
      let left = 2;
      fixture.proxy.use(({ method, path }) => {
        if (method !== 'PUT' || !path.includes('/proxyv2/manifests/') || left === 0) return 'none';
        left -= 1;
        return 'error';
      });
    };
    const receipt = await push({ ...t.options, runMakePush });
    expect(made).toBe(1);
    expect(await t.digest('proxyv2', '1.29.1')).toBe(receipt.images[1]?.digest);
  });

  it('runs make push again when the registry was down', async () => {
    await using t = await setUp();
    let made = 0;
    const runMakePush = async (hub: string, tag: string, dir: string) => {
      made += 1;
      const isManifest = (path: string) => path.includes('/manifests/');
      fixture.proxy.use(({ method, path }) =>
        made === 1 && method === 'PUT' && isManifest(path) ? 'error' : 'none',
      );
      await t.distribution.make('push', hub, tag, dir);
    };
    await push({ ...t.options, runMakePush });
    expect(made).toBe(2);
  });

  it('passes the error of a failed push stage through', async () => {
    await using t = await setUp();
    const runMakePush = () => Promise.reject(new Error('make: no rule to make target push'));
    await expect(push({ ...t.options, runMakePush })).rejects.toThrow('make: no rule to make target push');
  });

  it('fails when the push stage pushed nothing', async () => {
    await using t = await setUp();
    await expect(push({ ...t.options, runMakePush: async () => {} })).rejects.toMatchObject({
      code: 'NOTHING_PUSHED',
    });
  });

  it('is denied before the first byte with the wrong password', async () => {
    await using t = await setUp();
    await using wrong = await credentialsFile([fixture.proxy.host], {
      ...account,
      password: 'not-it-at-all',
    });
    const options = { ...t.options, credentials: { kind: 'file' as const, path: wrong.path } };
    await expect(push(options)).rejects.toMatchObject({ code: 'PUSH_DENIED', exitCode: 6 });
    await expect(checkPushAccess(options)).rejects.toMatchObject({ code: 'PUSH_DENIED' });
    await checkPushAccess(t.options);
    expect(t.writes()).toEqual([]);
  });

  it('refuses before the first byte when the release tag names another image', async () => {
    await using t = await setUp();
    const old = await uploadImage(fixture.direct, t.at('pilot'), 'old', '1.29.1');
    await t.distribution.make('images', t.hub, 'build-1');
    await expect(push(t.options)).rejects.toMatchObject({
      code: 'TAG_CONFLICT',
      message: expect.stringContaining(
        `there  ${old} (created 2026-01-02T03:04:05Z, revision revision of old)`,
      ),
    });
    expect(await t.digest('pilot', 'build-1')).toBeUndefined();
  });

  it('copies what it pushed to further hubs', async () => {
    await using t = await setUp();
    const receipt = await push({ ...t.options, hubs: [t.hub, t.mirror] });
    const mirror = parseRepository(`${t.mirror}/proxyv2`);
    expect(await headManifest(fixture.direct, mirror, '1.29.1')).toBe(receipt.images[1]?.digest);
  });

  it.each([
    ['a layer', `COPY secret /`],
    ['the environment', `ENV PASSWORD=${account.password}`],
    ['a label', `LABEL auth=${Buffer.from(`robot:${account.password}`).toString('base64')}`],
    ['the history', `ARG T=${account.password}`],
  ])('releases nothing when a credential is in %s of an image', async (_, line) => {
    await using t = await setUp(line);
    const options = { ...t.options, scan: [] };
    await writeFile(join(t.distribution.root, 'pilot/secret'), `x ${account.password} y`);
    await expect(push(options)).rejects.toMatchObject({ code: 'SECRET_LEAKED', exitCode: 5 });
    expect(await t.digest('pilot', '1.29.1')).toBeUndefined();
  });

  it('takes no credentials from inside the workspace', async () => {
    await using t = await setUp();
    const path = join(t.distribution.root, '.dockercfg-quay-creds');
    await expect(push({ ...t.options, credentials: { kind: 'file', path } })).rejects.toMatchObject({
      code: 'CREDS_IN_WORKSPACE',
    });
  });

  it('leaves no credential in journal or receipt', async () => {
    await using t = await setUp();
    await push(t.options);
    for (const name of await readdir(t.distribution.outDir))
      expect(await readFile(join(t.distribution.outDir, name), 'utf8')).not.toContain('hunter2');
  });

  it('that fails shows no credential, neither in its error nor in the journal', async () => {
    await using t = await setUp();
    const runMakePush = () => Promise.reject(new Error(`curl -u robot:${account.password}: exited 22`));
    await expect(push({ ...t.options, runMakePush })).rejects.toThrow('curl -u robot:[redacted]: exited 22');
    expect(await readFile(journalFile(t.distribution.outDir), 'utf8')).toContain('robot:[redacted]');
  });

  it('that fails is looked through for credentials as well', async () => {
    await using t = await setUp();
    const log = join(t.distribution.root, 'push.log');
    const runMakePush = async () => {
      await writeFile(log, `login robot ${account.password}`);
      throw new Error('make: *** [push] Error 1');
    };
    await expect(push({ ...t.options, runMakePush })).rejects.toMatchObject({
      code: 'SECRET_LEAKED',
      message: `A push credential was found in 1 place: ${log} (plain).`,
      cause: expect.objectContaining({ message: 'make: *** [push] Error 1' }),
    });
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, getManifest, parseManifest, parseRepository } from '@istio-ci/registry';
import type { Answer, Fault } from '@istio-ci/registry/test/fault-proxy';
import { uploadImage, uploadIndex } from '@istio-ci/registry/test/test-images';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginning } from '../../src/release/begin.ts';
import { journalFile, openJournal, readJournal } from '../../src/release/journal.ts';
import { resumePush } from '../../src/release/push.ts';
import type { ReleasedImage } from '../../src/release/push-record.ts';
import { preparedPush, resumeCommand, testRun } from '../prepared-push.ts';
import { account, type RegistryFixture, startRegistryFixture } from '../push-fixture.ts';
import { Messages } from './messages.ts';

const messages = new Messages();
let fixture: RegistryFixture;
let folder: string;
beforeAll(async () => {
  fixture = await startRegistryFixture();
  folder = await mkdtemp(join(tmpdir(), 'release-pusher-messages-'));
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('a release', () => {
  let number = 0;
  /** A push with two candidates; `fault` is what happens to its requests. */
  async function prepared(
    row: string,
    exitCode: number,
    prepare: (at: (name: string) => ReturnType<typeof parseRepository>, images: ReleasedImage[]) => unknown,
    fault: (request: { method: string; path: string }) => Fault | Answer = () => 'none',
  ) {
    number += 1;
    const hub = `${fixture.proxy.host}/release${number}`;
    const at = (name: string) => parseRepository(`${hub}/${name}`);
    const images: ReleasedImage[] = [
      {
        name: 'pilot',
        variant: '',
        digest: await uploadImage(fixture.direct, at('pilot'), 'pilot', 'build-1'),
      },
      {
        name: 'proxyv2',
        variant: '',
        digest: await uploadIndex(fixture.direct, at('proxyv2'), 'p', 'build-1'),
      },
    ];
    await prepare(at, images);
    await using push = await preparedPush(testRun({ hubs: [hub], moving: [] }), images);
    fixture.proxy.use(fault);
    await messages.failure(row, exitCode, () => resume(push.outDir), [[`release${number}`, 'acme']]);
  }
  const resume = (outDir: string, scan: string[] = []) =>
    resumePush({
      outDir,
      resumeCommand,
      scan,
      credentials: { kind: 'file', path: fixture.credentialsPath },
      registry: { insecureHosts: [fixture.proxy.host], retryDelaysMs: [0, 0, 0, 0] },
    });

  it('tags that name other images', () =>
    prepared('tags that name other images', 6, async (at) => {
      await uploadImage(fixture.direct, at('pilot'), 'old', '1.29.1');
      await uploadImage(fixture.direct, at('proxyv2'), 'older', '1.29.1');
    }));
  it('a registry that keeps its tags itself', () =>
    prepared(
      'a registry that keeps its tags itself',
      6,
      () => {},
      ({ method, path }) =>
        method === 'PUT' && path.endsWith('/pilot/manifests/1.29.1')
          ? { status: 400, code: 'TAG_INVALID', message: 'tag 1.29.1 is immutable and cannot be overwritten' }
          : 'none',
    ));
  it('one image released, the other one not', () =>
    prepared(
      'one image released, the other one not',
      7,
      () => {},
      ({ method, path }) =>
        method === 'PUT' && path.endsWith('/proxyv2/manifests/1.29.1') ? 'error' : 'none',
    ));
  it('an index without one of its platforms', () =>
    prepared('an index without one of its platforms', 5, async (at, images) => {
      const { children } = await indexOf(at('proxyv2'), images[1]?.digest ?? '');
      const path = `manifests/${children[1]?.digest}`;
      await fixture.direct.send({ repository: at('proxyv2'), method: 'DELETE', path }, async () => {});
    }));
  it('a candidate that is gone', () =>
    prepared('a candidate that is gone', 6, (_, images) => {
      images[0] = { name: 'pilot', variant: '', digest: `sha256:${'0'.repeat(64)}` };
    }));
  it('a registry that changes what it stores', () =>
    prepared(
      'a registry that changes what it stores',
      5,
      () => {},
      ({ method, path }) =>
        method === 'GET' && /\/pilot\/manifests\/sha256:/.test(path)
          ? { status: 200, code: '', message: '', html: '{}' }
          : 'none',
    ));
  it('a manifest that is none of an image', () => {
    const text = '{"artifactType":"application/x"}';
    const digest = digestOf(Buffer.from(text));
    return prepared(
      'a manifest that is none of an image',
      5,
      async (at, images) => {
        await fixture.direct.send(
          { repository: at('pilot'), method: 'DELETE', path: `manifests/${images[0]?.digest}` },
          async () => {},
        );
        images[0] = { name: 'pilot', variant: '', digest };
      },
      ({ method, path }) =>
        method === 'GET' && path.endsWith(digest)
          ? { status: 200, code: '', message: '', html: text }
          : 'none',
    );
  });
  it('a release tag that somebody else moves at once', async () => {
    let put = false;
    await prepared(
      'a release tag that somebody else moves at once',
      7,
      () => {},
      ({ method, path }) => {
        const tag = path.endsWith('/pilot/manifests/1.29.1');
        put ||= tag && method === 'PUT';
        return tag && put && method === 'HEAD' ? { status: 404, code: 'X', message: 'gone' } : 'none';
      },
    );
  });
  it('an answer that is worth no retry', () =>
    prepared(
      'an answer that is worth no retry',
      6,
      () => {},
      ({ method }) =>
        method === 'GET' ? { status: 405, code: 'UNSUPPORTED', message: 'read-only mode' } : 'none',
    ));
  it('a credential in a report', async () => {
    const leak = join(folder, 'TEST-e2e.xml');
    await writeFile(leak, `<failure message="${account.password}"/>`);
    await using push = await preparedPush(testRun({ hubs: [`${fixture.proxy.host}/acme`] }), []);
    const text = await messages.failure('a credential in a report', 5, () => resume(push.outDir, [leak]));
    expect(text).not.toContain(account.password);
    await rm(leak);
  });
  it('nothing to resume', async () => {
    await messages.failure('nothing to resume', 2, () => resume(join(folder, 'out')));
  });
  it('candidates that were not all pushed', async () => {
    const outDir = join(folder, 'begun');
    {
      await using journal = await openJournal(outDir);
      await journal.append({ event: 'run', run: testRun({ hubs: ['quay.io/acme'] }) });
    }
    await messages.failure('candidates that were not all pushed', 2, () => resume(outDir));
  });
  it('a second push that was cut', async () => {
    const outDir = join(folder, 'rebuild');
    {
      await using journal = await openJournal(outDir);
      await journal.append({ event: 'run', run: testRun({ hubs: ['quay.io/acme'], mode: 'rebuild' }) });
      await journal.append({ event: 'candidates', images: [] });
      await journal.append({ event: 'tagging' });
    }
    await messages.failure('a second push that was cut', 2, () => resume(outDir));
    const next = testRun({ hubs: ['quay.io/acme'], candidateTag: 'build-2', releaseTag: '1.29.2' });
    const state = await readJournal(outDir);
    await messages.failure('another release while one is half done', 7, () =>
      beginning(state, next, { outDir, resumeCommand }),
    );
  });
  it('a journal that was written to', async () => {
    const outDir = join(folder, 'broken');
    await mkdir(outDir);
    await writeFile(journalFile(outDir), 'rubbish\n');
    await messages.failure('a journal that was written to', 5, () => resume(outDir));
  });
  it('a journal that another process has', async () => {
    const outDir = join(folder, 'busy');
    await using _ = await openJournal(outDir);
    await messages.failure('a journal that another process has', 2, () => resume(outDir), [
      [String(process.pid), '<pid>'],
    ]);
  });
});

async function indexOf(repository: ReturnType<typeof parseRepository>, digest: string) {
  return parseManifest(await getManifest(fixture.direct, repository, digest), 'the index');
}

it('are the texts in release.txt', () => messages.expectFile('release.txt'));

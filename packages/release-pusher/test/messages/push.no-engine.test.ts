import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepository } from '@istio-ci/registry';
import type { Answer, Fault } from '@istio-ci/registry/test/fault-proxy';
import { builtImage, uploadImage } from '@istio-ci/registry/test/test-images';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { PushOptions } from '../../src/release/options.ts';
import { pushFrom } from '../../src/release/push.ts';
import { type PaperImage, paperEngine, pushPaper } from '../paper-engine.ts';
import { resumeCommand } from '../prepared-push.ts';
import { account, type RegistryFixture, startRegistryFixture } from '../push-fixture.ts';
import { testPlan } from '../test-distribution.ts';
import { Messages } from './messages.ts';

const messages = new Messages();
let fixture: RegistryFixture;
let folder: string;
let number = 0;
beforeAll(async () => {
  fixture = await startRegistryFixture();
  folder = await mkdtemp(join(tmpdir(), 'release-pusher-messages-'));
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What a row changes in a push of pilot and proxyv2 that would succeed. */
interface Row {
  readonly mode?: PushOptions['mode'];
  /** The stage's push; by default it pushes what the engine has under the tag. */
  readonly make?: (push: { hub: string; tag: string; images: readonly PaperImage[] }) => Promise<void>;
  readonly images?: (hub: string) => PaperImage[];
  readonly fault?: (request: { method: string; path: string }) => Fault | Answer;
  readonly scan?: readonly string[];
}

async function pushOnce(
  { mode = 'promote', make, images, fault, scan = [] }: Row,
  outDir: string,
  hub: string,
) {
  const built = (tag: string): PaperImage[] =>
    ['pilot', 'proxyv2'].map((name) => ({
      ref: `${hub}/${name}:${tag}`,
      built: builtImage(`${name} ${tag}`),
      store: 'containerd',
    }));
  const all = images?.(hub) ?? built('build-1');
  fixture.proxy.use(fault ?? (() => 'none'));
  const { direct, proxy, credentialsPath } = fixture;
  const pushing = async (tag: string) => {
    for (const image of all) if (image.ref.endsWith(`:${tag}`)) await pushPaper(image, direct);
  };
  await pushFrom(paperEngine(all, direct), {
    hubs: [hub],
    plan: testPlan('build-1', '1.29.1'),
    mode,
    runMakePush: (_, tag) => (make ? make({ hub, tag, images: all }) : pushing(tag)),
    credentials: { kind: 'file', path: credentialsPath },
    registry: { insecureHosts: [proxy.host], retryDelaysMs: [0, 0, 0, 0] },
    outDir,
    resumeCommand,
    scan,
    facts: {},
  });
}

describe('a push', () => {
  /** Pushes to a separate hub. `before` are failed pushes before the one whose text is kept. */
  const row = (name: string, exitCode: number, what: Row, before: Row[] = []) =>
    it(name, async () => {
      number += 1;
      const hub = `${fixture.proxy.host}/push${number}`;
      const outDir = join(folder, `out${number}`);
      const names = [
        [`push${number}`, 'acme'],
        [`out${number}`, 'out'],
      ] as const;
      for (const earlier of before) await pushOnce(earlier, outDir, hub).catch(() => {});
      await messages.failure(name, exitCode, () => pushOnce(what, outDir, hub), names);
    });
  const fails = (text: string) => async () => {
    throw new Error(text);
  };

  row('nothing in the engine after make push', 6, { images: () => [], make: async () => {} });
  row('another image under the candidate tag', 6, {
    make: async ({ hub }) =>
      void (await uploadImage(fixture.direct, parseRepository(`${hub}/pilot`), 'another', 'build-1')),
  });
  row('a registry that keeps nothing of what it takes', 6, {
    make: async () => {},
    fault: ({ method, path }) =>
      method === 'HEAD' && path.endsWith('/manifests/build-1')
        ? { status: 404, code: 'MANIFEST_UNKNOWN', message: 'unknown' }
        : 'none',
  });
  row('make push is denied', 6, {
    make: async ({ hub }) =>
      fails(
        `Stage push failed: \`make push\` exited 2.\nThe push refers to repository [${hub}/proxyv2]\ndenied: requested access to the resource is denied`,
      )(),
  });
  row('make push is denied, and nobody says for which image', 6, {
    make: fails('denied: requested access to the resource is denied'),
  });
  row('a tag that the registry keeps, told to make push', 6, {
    make: async ({ hub }) =>
      fails(
        `The push refers to repository [${hub}/pilot]\ntag invalid: The image tag 'build-1' already exists and cannot be overwritten because the tag is immutable.`,
      )(),
  });
  it('a credential in a log, and a push that failed', async () => {
    const log = join(folder, 'push.log');
    const leak: Row = {
      scan: [log],
      make: async () => {
        await writeFile(log, account.password);
        await fails('make: *** [push] Error 1')();
      },
    };
    const hub = `${fixture.proxy.host}/acme`;
    const outDir = join(folder, 'leak');
    await messages.failure('a credential in a log, and a push that failed', 5, () =>
      pushOnce(leak, outDir, hub),
    );
  });
  it('a place that cannot be looked at', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const row = { scan: [join(file, 'below')] };
    const [outDir, hub] = [join(folder, 'unread'), `${fixture.proxy.host}/acme2`];
    await messages.failure('a place that cannot be looked at', 5, () => pushOnce(row, outDir, hub), [
      ['acme2', 'acme'],
    ]);
  });

  describe('in mode rebuild', () => {
    /** The engine has the candidates, and of the second push what had been built when it was cut. */
    const images =
      (...second: string[]) =>
      (hub: string): PaperImage[] =>
        [...['pilot:build-1', 'proxyv2:build-1'], ...second.map((name) => `${name}:1.29.1`)].map((name) => ({
          ref: `${hub}/${name}`,
          built: builtImage(name),
          store: 'containerd',
        }));
    const cut: Row['make'] = async ({ tag, images: all }) => {
      const pushed = all.filter(({ ref }) => ref.endsWith(`:${tag}`));
      for (const image of tag === 'build-1' ? pushed : pushed.slice(0, 1))
        await pushPaper(image, fixture.direct);
      if (tag !== 'build-1') throw new Error('make: *** [push] Killed');
    };
    const rebuild: Row = { mode: 'rebuild', images: images('pilot'), make: cut };

    row('the second push is cut', 7, rebuild);
    row('the second push was cut while it built, and is run again', 7, { ...rebuild }, [rebuild]);
    row('the second push was cut, and its engine is gone', 7, { ...rebuild, images: images() }, [rebuild]);
    row('the second push makes other images', 7, {
      ...rebuild,
      make: async ({ tag, images: all }) => {
        for (const image of all.filter(({ ref }) => ref.endsWith(`:${tag}`)))
          await pushPaper(image, fixture.direct);
      },
    });
  });
});

it('are the texts in push.txt', () => messages.expectFile('push.txt'));

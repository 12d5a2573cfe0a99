import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCredentials, parseRepository } from '@istio-ci/registry';
import { startRegistry } from '@istio-ci/registry/test/registry-server';
import { startTokenServer } from '@istio-ci/registry/test/token-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkPushAccess } from '../../src/release/push.ts';
import { credentialsFile } from '../prepared-push.ts';
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

describe('credentials', () => {
  const auth = Buffer.from('robot:hunter2').toString('base64');
  const file = async (content: string) => {
    const path = join(folder, 'config.json');
    await writeFile(path, content, { mode: 0o600 });
    return { kind: 'file', path } as const;
  };
  it.each([
    ['no credentials file', () => ({ kind: 'file', path: join(folder, 'none') }) as const],
    ['a credentials file that is no JSON', () => file('robot:hunter2')],
    ['a credentials file that is no object', () => file('[]')],
    ['an auth that is no user:password', () => file('{"auths":{"quay.io":{"auth":"aHVudGVyMg=="}}}')],
    ['an auth that is no text', () => file('{"auths":{"quay.io":{"auth":5}}}')],
    [
      'no entry for the hub',
      () => file(JSON.stringify({ auths: { 'gcr.io': { auth }, 'ghcr.io': { auth } } })),
    ],
    ['no entry at all', () => file('{"auths":{}}')],
    ['a credential helper that is missing', () => file('{"credHelpers":{"quay.io":"not-there"}}')],
  ])('%s', async (row, source) => {
    const text = await messages.failure(row, 2, async () =>
      loadCredentials(await source(), [{ host: 'quay.io', path: 'acme' }]),
    );
    expect(text).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('a credentials file that others can read is a warning', async () => {
    const source = await file(JSON.stringify({ auths: { 'quay.io': { auth } } }));
    await chmod(source.path, 0o644);
    const warnings: string[] = [];
    await loadCredentials(source, [{ host: 'quay.io', path: 'acme' }], {
      progress: (text) => warnings.push(text),
    });
    expect(warnings).toHaveLength(1);
    messages.note('a credentials file that others can read', warnings.join('\n'));
  });
});

describe('the right to push', () => {
  const check = (credentials: string | undefined, hub: string, insecureHosts = [parseRepository(hub).host]) =>
    checkPushAccess({
      hubs: [hub],
      registry: { insecureHosts, retryDelaysMs: [0, 0, 0, 0] },
      credentials: credentials === undefined ? { kind: 'none' } : { kind: 'file', path: credentials },
      scan: [],
    });
  const hub = () => `${fixture.proxy.host}/acme`;

  it('a wrong password', async () => {
    fixture.proxy.use(() => 'none');
    await using wrong = await credentialsFile([fixture.proxy.host], { ...account, password: 'not-it' });
    await messages.failure('a wrong password', 6, () => check(wrong.path, hub()));
  });
  it('no credentials where a password is asked for', () =>
    messages.failure('no credentials where a password is asked for', 6, () => check(undefined, hub())));
  it('a 403', async () => {
    fixture.proxy.use(() => ({ status: 403, code: 'DENIED', message: 'requested access is denied' }));
    await messages.failure('a 403', 6, () => check(fixture.credentialsPath, hub()));
  });
  it('a token that may only pull', async () => {
    await using tokens = await startTokenServer({ folder, ...account, actions: ['pull'] });
    await using server = await startRegistry({ token: tokens });
    await using robot = await credentialsFile([server.host], account);
    await messages.failure('a token that may only pull', 6, () => check(robot.path, `${server.host}/acme`));
  });
  it('a login page instead of a token', async () => {
    const html = '<html>Welcome to the network of your hotel</html>';
    await using tokens = await startTokenServer({ folder, ...account, actions: [], html });
    await using server = await startRegistry({ token: tokens });
    await using robot = await credentialsFile([server.host], account);
    await messages.failure('a login page instead of a token', 6, () =>
      check(robot.path, `${server.host}/acme`),
    );
  });
  it('credentials in the workspace', () =>
    messages.failure('credentials in the workspace', 2, () =>
      checkPushAccess({
        hubs: ['quay.io/acme'],
        registry: {},
        credentials: { kind: 'file', path: join(folder, '.dockercfg-quay-creds') },
        scan: [folder],
      }),
    ));
  it('a registry that is down', async () => {
    fixture.proxy.use(() => 'error');
    await messages.failure('a registry that is down', 6, () => check(fixture.credentialsPath, hub()));
  });
  it('a registry that asks for patience without end', async () => {
    fixture.proxy.use(() => 'too-many');
    await messages.failure('a registry that asks for patience without end', 6, () =>
      check(fixture.credentialsPath, hub()),
    );
  });
  it('a connection that is cut again and again', async () => {
    fixture.proxy.use(() => 'cut-before');
    await messages.failure('a connection that is cut again and again', 6, () =>
      check(fixture.credentialsPath, hub()),
    );
  });
  it('a host that does not exist', () =>
    messages.failure('a host that does not exist', 6, () => check(undefined, 'registry.invalid/acme', [])));
  it('plain HTTP to a host that is not listed', async () => {
    const access = { resolveHost: () => fixture.proxy.url };
    await messages.failure('plain HTTP to a host that is not listed', 2, () =>
      checkPushAccess({ hubs: ['quay.io/acme'], registry: access, credentials: { kind: 'none' }, scan: [] }),
    );
  });
  it('a hub that is none', () =>
    messages.failure('a hub that is none', 2, () => check(undefined, 'quay.io/Acme', [])));
});

it('are the texts in access.txt', () => messages.expectFile('access.txt'));

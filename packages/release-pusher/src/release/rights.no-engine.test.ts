import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '@istio-ci/registry/test/registry-server';
import { startTokenServer } from '@istio-ci/registry/test/token-server';
import { expect, it } from 'vitest';
import { credentialsFile } from '../../test/prepared-push.ts';
import { checkPushAccess } from './push.ts';

it('the right to push is checked for each known image, or for a typical one if none is known', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-rights-'));
  const account = { username: 'robot', password: 'hunter2/Very+Secret' };
  await using tokens = await startTokenServer({ folder, ...account, actions: ['pull', 'push'] });
  await using server = await startRegistry({ token: tokens });
  await using credentials = await credentialsFile([server.host], account);
  const check = (images?: readonly string[]) =>
    checkPushAccess({
      registry: { insecureHosts: [server.host] },
      credentials: { kind: 'file', path: credentials.path },
      hubs: [`${server.host}/acme`],
      scan: [],
      ...(images ? { images } : {}),
    });
  await check(['pilot', 'proxyv2']);
  await check();
  expect(tokens.scopes).toEqual(
    ['pilot', 'proxyv2', 'pilot'].map((name) => `repository:acme/${name}:pull,push`),
  );
  await rm(folder, { recursive: true });
});

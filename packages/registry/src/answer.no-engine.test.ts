import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../test/fault-proxy.ts';
import { type RegistryServer, startRegistry } from '../test/registry-server.ts';
import { plainConnection, uploadImage } from '../test/test-images.ts';
import { startTokenServer } from '../test/token-server.ts';
import { headManifest, listTags } from './client.ts';

let server: RegistryServer;
let proxy: FaultProxy;
beforeAll(async () => {
  server = await startRegistry();
  proxy = await startFaultProxy(server.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const html = '<html>Please log in to the network of your hotel</html>';
const at = () => ({ host: proxy.host, path: 'acme/pilot' });

describe('an answer that is not from a registry', () => {
  it('is reported when tags are asked for', async () => {
    proxy.use(() => ({ status: 200, code: '', message: '', html }));
    await expect(listTags(plainConnection(proxy.host), at())).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
      exitCode: 6,
      message: `${proxy.host} answers the request for the tags of acme/pilot with text/html that cannot be read.`,
    });
  });

  it('is reported when a token is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'release-pusher-answer-'));
    const account = { username: 'robot', password: 'x' };
    await using tokens = await startTokenServer({ folder, ...account, actions: [], html });
    await using guarded = await startRegistry({ token: tokens });
    const pilot = { host: guarded.host, path: 'acme/pilot' };
    await expect(headManifest(plainConnection(guarded.host), pilot, '1.0.0')).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
      message: expect.stringContaining('the request for a token with text/html'),
    });
    await rm(folder, { recursive: true });
  });
});

it.each([408, 425, 429, 499, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524])(
  'a %i is worth another attempt',
  async (status) => {
    proxy.use(() => 'none');
    const digest = await uploadImage(plainConnection(proxy.host), at(), 'one', '1.0.0');
    proxy.use(({ number }) => (number === 1 ? { status, code: 'X', message: 'for a while' } : 'none'));
    expect(await headManifest(plainConnection(proxy.host), at(), '1.0.0')).toBe(digest);
    expect(proxy.log).toHaveLength(2);
  },
);

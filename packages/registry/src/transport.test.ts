import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { listen } from '../test/registry-server.ts';
import { Transport } from './transport.ts';

afterEach(() => vi.unstubAllEnvs());

it('the certificate authorities of the machine are read only for https', async () => {
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'transport-'));
  const bundle = join(scratch.path, 'empty.pem');
  await writeFile(bundle, '');
  vi.stubEnv('SSL_CERT_FILE', bundle);
  await using server = createServer((_, response) => response.end('here'));
  const port = await listen(server);
  const transport = new Transport({});
  const answer = await transport.send(new URL(`http://127.0.0.1:${port}/v2/`), {});
  expect(await answer.text()).toBe('here');
  await expect(transport.send(new URL(`https://127.0.0.1:${port}/v2/`), {})).rejects.toMatchObject({
    code: 'REGISTRY_CA_UNREADABLE',
    message: `The certificate authorities of this machine cannot be read: ${bundle}: it holds no certificate.`,
  });
});

import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { basicAuth, secretsOf } from '@istio-ci/registry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertNoFindings, scanForSecrets } from './scan.ts';

const secret = 'hunter2/Very+Secret';
const b64 = (text: string) => Buffer.from(text).toString('base64');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-pusher-scan-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const robot = { username: 'robot', password: secret };
const auth = basicAuth(robot);
const secrets = secretsOf({ source: '', byHost: new Map([['quay.io', robot]]) });
const scan = (texts: Record<string, string> = {}) => scanForSecrets(secrets, { paths: [folder], texts });
const write = async (name: string, content: string | Buffer) => writeFile(join(folder, name), content);

describe('scanForSecrets', () => {
  it('finds nothing if there is nothing', async () => {
    await write('log', 'all well');
    expect(await scan()).toEqual([]);
  });

  const places: [string, () => Promise<void>][] = [
    ['a file of the workspace', () => write('notes.txt', `password: ${secret}`)],
    [
      'a .dockercfg left behind',
      () => write('.dockercfg', `{"quay.io":{"auth":"${b64(`robot:${secret}`)}"}}`),
    ],
    [
      'the remote of a git checkout',
      () => write('config', `url = https://u:${encodeURIComponent(secret)}@git/x`),
    ],
    ['a log with a registry header', () => write('push.log', `X-Registry-Auth: ${b64(`{"p":"${secret}"}`)}`)],
    [
      'a JUnit report',
      () => write('TEST.xml', `<failure message="${JSON.stringify(secret).slice(1, -1)}"/>`),
    ],
    ['a compressed log', () => write('old.log.gz', gzipSync(`x ${secret}`))],
    [
      'a pull secret of Kubernetes',
      () =>
        write('pull-secret.yaml', `.dockerconfigjson: ${b64(JSON.stringify({ auths: { q: { auth } } }))}`),
    ],
    ['an auth field in hex', () => write('auth.hex', Buffer.from(auth).toString('hex'))],
    [
      'base64 in lines',
      () => write('mail', b64(`x: ${'y'.repeat(40)} ${secret}`).replaceAll(/.{64}/g, '$&\r\n')),
    ],
    [
      'indented base64 in lines',
      () => write('secret.yaml', b64(`{"p":"${secret}"}`).replaceAll(/.{8}/g, '$&\n    ')),
    ],
    ['a dump in hex', () => write('dump', Buffer.from(secret).toString('hex'))],
    ['a file that Windows wrote', () => write('utf16', Buffer.from(secret, 'utf16le'))],
    ['the name of a file', () => write(encodeURIComponent(secret), '')],
    ['the target of a link', () => symlink(`/x?${encodeURIComponent(secret)}`, join(folder, 'link'))],
    [
      'a folder below a folder',
      async () => {
        await mkdir(join(folder, 'a/b'), { recursive: true });
        await write('a/b/c', secret);
      },
    ],
  ];
  it.each(places)('finds a secret in %s', async (_, plant) => {
    await plant();
    expect(await scan()).toHaveLength(1);
  });

  it('finds a secret in the environment of a process', async () => {
    expect(await scan({ environment: `PATH=/bin\0PASS=${secret}` })).toEqual([
      { where: 'environment', encoding: 'plain' },
    ]);
  });

  it('finds a secret across two reads', async () => {
    await write('large', Buffer.concat([Buffer.alloc((1 << 20) - 7, 'x'), Buffer.from(secret)]));
    expect(await scan()).toHaveLength(1);
  });

  it('finds base64 in lines across two reads', async () => {
    const lines = b64(`{"p":"${secret}"}`).replaceAll(/.{8}/g, '$&\n');
    await write('large', Buffer.concat([Buffer.alloc((1 << 20) - 13, 'x\n'), Buffer.from(lines)]));
    expect(await scan()).toEqual([{ where: join(folder, 'large'), encoding: 'base64 in lines' }]);
  });

  it.skipIf(process.getuid?.() !== 0)('does not pass over what it cannot read', async () => {
    await write('locked', 'x');
    await chmod(folder, 0o755);
    await chmod(join(folder, 'locked'), 0o600);
    process.seteuid?.(65_534);
    try {
      await expect(scan()).rejects.toMatchObject({
        code: 'SCAN_INCOMPLETE',
        message: expect.stringContaining(
          `1 place could not be scanned for push credentials: ${folder}/locked (EACCES).`,
        ),
      });
    } finally {
      process.seteuid?.(0);
    }
  });

  it('scans broken gzip as bytes', async () => {
    await write('broken.gz', Buffer.concat([gzipSync('text').subarray(0, 12), Buffer.from(secret)]));
    expect(await scan()).toHaveLength(1);
  });

  it('fails the run naming the place and never the secret', async () => {
    await write('log', secret);
    const findings = await scan();
    expect(() => assertNoFindings(findings)).toThrow(`${folder}/log (plain)`);
    expect(() => assertNoFindings(findings)).not.toThrow(secret);
  });
});

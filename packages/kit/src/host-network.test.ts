import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goSettings, hostCa, hostCaBundle, proxySettings, readCaBundle } from './host-network.ts';

let folder: string;
let mine: string;
let usual: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'istio-ci-ca-'));
  mine = join(folder, 'mine.pem');
  usual = join(folder, 'usual.pem');
  writeFileSync(mine, '');
  writeFileSync(usual, '');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('hostCa', () => {
  const pem = '-----BEGIN CERTIFICATE-----';

  it('is the text of the named bundle', async () => {
    const named = join(folder, 'named.pem');
    writeFileSync(named, pem);
    expect(await hostCa({ SSL_CERT_FILE: named }, [usual])).toBe(pem);
  });

  it.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])(
    'refuses a file in %s without a certificate',
    async (name) => {
      await expect(hostCa({ [name]: mine }, [usual])).rejects.toThrow(`${mine}: it holds no certificate`);
    },
  );

  it("is undefined if the system's bundle has no certificate", async () => {
    expect(await hostCa({}, [usual])).toBeUndefined();
  });
});

describe('hostCaBundle', () => {
  it('takes the file that the environment names', async () => {
    expect(await hostCaBundle({ SSL_CERT_FILE: mine }, [usual])).toBe(mine);
    expect(await hostCaBundle({ NODE_EXTRA_CA_CERTS: mine }, [usual])).toBe(mine);
  });

  it("falls back on the distribution's own when the named one is not there", async () => {
    expect(await hostCaBundle({ SSL_CERT_FILE: join(folder, 'none') }, [usual])).toBe(usual);
  });

  it('returns undefined if there is none', async () => {
    expect(await hostCaBundle({}, [join(folder, 'none')])).toBeUndefined();
  });
});

describe('readCaBundle', () => {
  it('refuses a file that is not there or holds no certificate', async () => {
    await expect(readCaBundle(join(folder, 'none'))).rejects.toThrow('ENOENT');
    await expect(readCaBundle(mine)).rejects.toThrow('it holds no certificate');
  });
});

describe('proxySettings', () => {
  it('passes the proxies on that are set, and nothing else', () => {
    expect(proxySettings({ HTTPS_PROXY: 'http://proxy.test', no_proxy: '', TOKEN: 'x' })).toEqual({
      HTTPS_PROXY: 'http://proxy.test',
    });
  });
});

describe('goSettings', () => {
  it("leaves Go's default alone unless the caller has chosen", () => {
    expect(goSettings({ HOME: '/home/x' })).toEqual({});
    expect(goSettings({ GOPROXY: 'off' })).toEqual({ GOPROXY: 'off' });
  });
});

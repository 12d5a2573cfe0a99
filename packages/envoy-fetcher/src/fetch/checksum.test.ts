import { describe, expect, it } from 'vitest';
import { parseChecksum } from './artifacts.ts';

const hash = '2c6c73e9eed57310f6484ebda9d30ac55d899ef9ef10d54163c898ddedfa67bc';

describe('parseChecksum', () => {
  it.each([
    ['the bare hash', hash],
    ['an absolute path, as istio/proxy writes it', `${hash}  /home/prow/envoy-alpha-1.tar.gz\n`],
    ['binary mode', `${hash} *e.tar.gz`],
    ['upper case', hash.toUpperCase()],
    ['the BSD form', `SHA256 (e.tar.gz) = ${hash}\r\n`],
    ['a mark at the beginning', `\uFEFF${hash}`],
    ['another file first', `${'0'.repeat(64)}  other\n${hash}  e.tar.gz\n`],
  ])('reads %s', (_, text) => {
    expect(parseChecksum(text, 'e.tar.gz')).toBe(hash);
  });

  it.each([
    ['nothing', ''],
    ['a commit', '0'.repeat(40)],
    ['a longer hash', '0'.repeat(128)],
    ['a page with a hash in it', `<html>${hash}</html>`],
  ])('refuses %s', (_, text) => {
    expect(parseChecksum(text, 'e.tar.gz')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { proxyFor } from './proxy.ts';

const proxy = (url: string, environment: NodeJS.ProcessEnv) => proxyFor(new URL(url), environment);
const both = { HTTP_PROXY: 'http://plain:3128', HTTPS_PROXY: 'http://secure:3128' };

describe('proxyFor', () => {
  it('takes the variable of the scheme', () => {
    expect(proxy('http://a.test', both)).toBe('http://plain:3128');
    expect(proxy('https://a.test', both)).toBe('http://secure:3128');
  });

  it('prefers the name in lower case', () =>
    expect(proxy('https://a.test', { ...both, https_proxy: 'http://mine:1' })).toBe('http://mine:1'));

  it('uses the proxy for http if https has none, but not the other way round', () => {
    expect(proxy('https://a.test', { http_proxy: 'http://p:1' })).toBe('http://p:1');
    expect(proxy('http://a.test', { https_proxy: 'http://p:1' })).toBeUndefined();
  });

  it('connects directly if no proxy is set', () => {
    expect(proxy('https://a.test', {})).toBeUndefined();
    expect(proxy('https://a.test', { HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each(['http://localhost:5000', 'https://127.0.0.1', 'http://[::1]:5000'])(
    'connects directly to this machine: %s',
    (url) => expect(proxy(url, both)).toBeUndefined(),
  );

  it.each([
    ['a.test', 'https://a.test', true],
    ['A.test', 'https://a.test', true],
    ['a.test', 'https://b.a.test', true],
    ['.a.test', 'https://b.a.test', true],
    ['*.a.test', 'https://b.a.test', true],
    ['x.test, a.test', 'https://a.test', true],
    ['*', 'https://a.test', true],
    ['a.test:443', 'https://a.test', true],
    ['a.test:5000', 'https://a.test', false],
    ['a.test', 'https://ba.test', false],
    ['', 'https://a.test', false],
  ])('NO_PROXY=%j for %s: direct is %s', (noProxy, url, direct) =>
    expect(proxy(url, { ...both, NO_PROXY: noProxy }) === undefined).toBe(direct),
  );
});

import { describe, expect, it } from 'vitest';
import { judgeNetwork, type NetworkFacts, proxyAddress } from './judge-network.ts';

const healthy: NetworkFacts = { proxies: [], nameservers: ['192.0.2.53'], silentNameservers: [] };
const proxy = (change: object) => ({
  proxies: [{ name: 'HTTPS_PROXY', value: 'http://p.example:3128', ...change }],
});
const wrong = (change: Partial<NetworkFacts>) =>
  judgeNetwork({ ...healthy, ...change }).filter(({ verdict }) => verdict !== 'fine');

describe('judgeNetwork', () => {
  it('finds nothing if name servers answer and there is no proxy, or a working one', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong(proxy({}))).toEqual([]);
    expect(wrong(proxy({ otherValue: 'http://p.example:3128' }))).toEqual([]);
  });

  it.each<[string, Partial<NetworkFacts>]>([
    ['DNS_NONE', { nameservers: [] }],
    ['DNS_SILENT', { silentNameservers: ['192.0.2.53'] }],
    ['PROXY_INVALID', proxy({ value: 'http://' })],
    ['PROXY_AMBIGUOUS', proxy({ otherValue: 'http://q.example:3128' })],
    ['PROXY_LOOPBACK', proxy({ value: 'http://127.0.0.1:3128' })],
    ['PROXY_SILENT', proxy({ silent: 'refused' })],
  ])('%s: %j is a warning, since a cluster boots without it', (code, change) => {
    expect(wrong(change)).toMatchObject([
      { verdict: 'warning', code, message: expect.stringMatching(/\.$/) },
    ]);
  });

  it('is content with one name server of two', () => {
    expect(wrong({ nameservers: ['a', 'b'], silentNameservers: ['a'] })).toEqual([]);
  });

  it("shows no proxy's password", () => {
    const secret = proxy({ value: 'http://me:secret@p.example:3128', silent: 'refused' });
    expect(JSON.stringify(judgeNetwork({ ...healthy, ...secret }))).not.toContain('secret');
  });
});

describe('proxyAddress', () => {
  it.each([
    ['p.example:3128', 'p.example', 3128],
    ['http://p.example', 'p.example', 80],
    ['https://u:p@p.example', 'p.example', 443],
  ])('reads %s as curl does', (value, hostname, port) => {
    expect(proxyAddress(value)).toMatchObject({ hostname, port });
  });
});

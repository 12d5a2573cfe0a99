import { describe, expect, it } from 'vitest';
import { hostUrl } from './host-url.ts';

describe('hostUrl', () => {
  const session = { services: [{ name: 'mirror', container: 'c', ports: { 8080: 30003, 80: 30004 } }] };

  it("turns a service's address into the published one", () => {
    expect(hostUrl(session, 'http://mirror:8080/x?y=1')).toBe('http://127.0.0.1:30003/x?y=1');
  });

  it("knows the scheme's own port", () => {
    expect(hostUrl(session, 'http://mirror/x')).toBe('http://127.0.0.1:30004/x');
  });

  it.each(['http://mirror:9/x', 'https://example.org:8080/x'])('leaves %s alone', (url) => {
    expect(hostUrl(session, url)).toBe(url);
  });
});

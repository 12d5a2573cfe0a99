import { describe, expect, it } from 'vitest';
import { mayPush, parseChallenge, tokenRequest } from './auth.ts';

describe('parseChallenge', () => {
  it('reads Basic', () => expect(parseChallenge('Basic realm="x"')).toEqual({ scheme: 'basic' }));
  it('reads Bearer, with commas in quotes and fields in any order', () => {
    expect(
      parseChallenge('Bearer scope="repository:a:pull,push",realm="https://auth/token",service=reg'),
    ).toEqual({
      scheme: 'bearer',
      realm: 'https://auth/token',
      service: 'reg',
    });
  });
  it.each([undefined, '', 'Negotiate', 'Bearer service="x"'])('cannot use %j', (header) =>
    expect(parseChallenge(header)).toBeUndefined(),
  );
});

describe('tokenRequest', () => {
  const realm = new URL('https://auth/token');

  it('sends a password in a header, never in the URL', () => {
    const request = tokenRequest(realm, 'reg', ['repository:a:pull'], { username: 'u', password: 'p' });
    expect(request.url.href).toBe('https://auth/token?service=reg&scope=repository%3Aa%3Apull');
    expect(request.headers.authorization).toBe('Basic dTpw');
  });

  it('asks for several scopes one by one', () => {
    const { url } = tokenRequest(realm, undefined, ['a', 'b'], undefined);
    expect(url.href).toBe('https://auth/token?scope=a&scope=b');
  });

  it('sends an identity token in the body', () => {
    const request = tokenRequest(realm, undefined, ['s', 't'], { username: 'u', identityToken: 'refresh' });
    expect(request.method).toBe('POST');
    expect(request.body).toMatch(/scope=s\+t&refresh_token=refresh/);
  });
});

describe('mayPush', () => {
  const token = (access: unknown) => `x.${Buffer.from(JSON.stringify({ access })).toString('base64url')}.y`;
  it.each([
    [['pull'], false],
    [['pull', 'push'], true],
    [['*'], true],
  ])('reads that a token allows %j', (actions, expected) =>
    expect(mayPush(token([{ type: 'repository', name: 'a', actions }]), 'a')).toBe(expected),
  );
  it('ignores a token for another repository', () =>
    expect(mayPush(token([{ type: 'repository', name: 'b', actions: ['push'] }]), 'a')).toBe(false));
  it('accepts an opaque token, which only the registry understands', () =>
    expect(mayPush('opaque', 'a')).toBe(true));
});

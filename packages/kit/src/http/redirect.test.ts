import { describe, expect, it } from 'vitest';
import { redirectRequest, redirectTarget } from './redirect.ts';

const from = new URL('https://a.test/x/y');

describe('redirectTarget', () => {
  it('may be relative', () => expect(redirectTarget(from, '../z', 0).href).toBe('https://a.test/z'));
  it('refuses to lead from TLS to plain HTTP', () =>
    expect(() => redirectTarget(from, 'http://a.test/', 0)).toThrow('redirected from https: to http:'));
  it('refuses to lead to a file', () =>
    expect(() => redirectTarget(new URL('http://a.test'), 'file:///etc/passwd', 0)).toThrow(
      'redirected from http: to file:',
    ));
  it('refuses what is no URL', () =>
    expect(() => redirectTarget(from, 'https://', 0)).toThrow('redirected to https://, which is no URL'));
});

describe('redirectRequest', () => {
  const body = Buffer.from('x');
  const headers = { 'content-type': 'text/plain', authorization: 'Basic x' };
  it.each([
    [303, 'PUT', 'GET'],
    [302, 'POST', 'GET'],
    [302, 'PUT', 'PUT'],
    [307, 'POST', 'POST'],
    [303, 'HEAD', 'HEAD'],
  ])('after %i turns %s into %s', (status, method, expected) =>
    expect(redirectRequest({ method, headers: {} }, status, from, from).method).toBe(expected),
  );

  it('drops the body and what describes it with the method', () => {
    const request = { method: 'POST', headers, body };
    expect(redirectRequest(request, 303, from, from)).toEqual({
      method: 'GET',
      headers: { authorization: 'Basic x' },
    });
    expect(redirectRequest(request, 307, from, from)).toEqual(request);
  });

  it('does not show the credentials to another origin', () => {
    const to = new URL('https://b.test');
    expect(redirectRequest({ method: 'GET', headers }, 302, from, to).headers).toEqual({
      'content-type': 'text/plain',
    });
  });

  it('refuses to send a stream again', () => {
    const request = { method: 'PUT', headers: {}, body: (async function* () {})() };
    expect(() => redirectRequest(request, 307, from, from)).toThrow('cannot be sent again');
  });
});

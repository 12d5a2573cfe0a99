import { describe, expect, it } from 'vitest';
import { registryTrouble, repositoryIn } from './registry-trouble.ts';

describe('registryTrouble', () => {
  it.each([
    ['denied: requested access to the resource is denied', 'denied'],
    [
      'push access denied, repository does not exist or may require authorization: insufficient_scope',
      'denied',
    ],
    [
      'unexpected status from PUT request to https://quay.io/v2/acme/pilot/manifests/b1: 403 Forbidden',
      'denied',
    ],
    ['error parsing HTTP 403 response body: unexpected end of JSON input: ""', 'denied'],
    ['unauthorized: authentication required', 'doubtful'],
    [
      'push access denied, repository does not exist: authorization failed: no basic auth credentials',
      'doubtful',
    ],
    [
      'unexpected status from HEAD request to http://r:5000/v2/acme/pilot/blobs/sha256:1: 401 Unauthorized',
      'doubtful',
    ],
    ['toomanyrequests: rate exceeded', 'transient'],
    ['received unexpected HTTP status: 503 Service Unavailable', 'transient'],
    [
      'unexpected status from POST request to https://quay.io/v2/a/b/blobs/uploads/: 502 Bad Gateway',
      'transient',
    ],
    ['Put "https://x": EOF', 'transient'],
    ['read tcp: connection reset by peer', 'transient'],
    [
      "tag invalid: The image tag '1.29.1' already exists and cannot be overwritten because the repository is immutable.",
      'immutable',
    ],
    ['the path of immutable-chunkmap is not found', 'none'],
    ['pkg/x.go:500: undefined: Foo', 'none'],
    ['pkg/x.go:429:5: undefined: Foo', 'none'],
    ['pkg/x.go:503:1: Bad thing', 'none'],
    ['pilot/x.go:7:2: syntax error: unexpected EOF, expecting }', 'none'],
    ['sh: 1: unexpected EOF while looking for matching `"', 'none'],
    ['open /out/x: Permission denied: x', 'none'],
    ["mkdir: cannot create directory '/x': Permission denied", 'none'],
    ['make: *** No rule to make target', 'none'],
  ])('reads %j as %s', (text, kind) => expect(registryTrouble(text).kind).toBe(kind));

  it('gives the line that says so', () => {
    const text = 'Stage push failed: `make push` exited 2. it said\n    denied: no\n    make: *** Error 1';
    expect(registryTrouble(text)).toEqual({ kind: 'denied', line: 'denied: no' });
  });
});

describe('repositoryIn', () => {
  const push = (name: string) => `The push refers to repository [${name}]`;

  it.each([
    [
      'what was pushed last',
      `${push('quay.io/acme/pilot')}\n${push('quay.io/acme/proxyv2')}\ndenied: no`,
      'acme/proxyv2',
    ],
    [
      'the request that failed',
      'unexpected status from HEAD request to http://quay.io/v2/acme/install-cni/blobs/sha256:1: 403 Forbidden',
      'acme/install-cni',
    ],
    ['no other registry', push('ghcr.io/acme/pilot'), undefined],
    ['nothing if none is named', 'denied: requested access to the resource is denied', undefined],
  ])('is %s', (_, text, path) => expect(repositoryIn(text, 'quay.io')?.path).toBe(path));
});

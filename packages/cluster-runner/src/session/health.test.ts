import { describe, expect, it } from 'vitest';
import { missingIn } from './health.ts';

describe('missingIn', () => {
  it('takes the list out of what the node says', () => {
    const text =
      'istio-ci-node: NODE_NOT_READY: The cluster is not ready: dns: i/o timeout; docker: EOF. Wait longer, or take `istio-ci-node evidence`.';
    expect(missingIn(text)).toEqual(['dns: i/o timeout', 'docker: EOF']);
  });

  it('takes all of it where the node says something else', () => {
    expect(missingIn('istio-ci-node: NODE_UNEXPECTED: no such file.\n')).toEqual([
      'istio-ci-node: NODE_UNEXPECTED: no such file.',
    ]);
  });
});

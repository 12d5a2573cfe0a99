import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateTag, isLegalTag } from './candidate-tag.ts';

describe('candidateTag', () => {
  it('leaves a legal build tag as it is', () => {
    expect(candidateTag('jenkins-istio-master-42')).toBe('jenkins-istio-master-42');
  });

  it('replaces illegal characters and adds a hash', () => {
    expect(candidateTag('jenkins-istio-a%2Fb-42')).toMatch(/^jenkins-istio-a-2Fb-42-[0-9a-f]{8}$/);
  });

  it('keeps two build tags apart that differ only in illegal characters', () => {
    expect(candidateTag('a/b')).not.toBe(candidateTag('a:b'));
  });

  it('shortens a long one to the limit of a registry', () => {
    expect(candidateTag('x'.repeat(300))).toHaveLength(128);
  });

  it('makes a legal tag of anything', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => isLegalTag(candidateTag(text))));
  });
});

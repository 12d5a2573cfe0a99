import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { names, randomName, sessionName, sessionOfCluster } from './names.ts';

describe('sessionName', () => {
  it('keeps a name that is legal', () => {
    expect(sessionName('jenkins-istio-release-42')).toBe('jenkins-istio-release-42');
  });

  it("makes Jenkins' name of a branch build legal and adds a hash", () => {
    expect(sessionName('jenkins-Istio-PR%2F12-3')).toMatch(/^jenkins-istio-pr-2f12-3-[0-9a-f]{6}$/);
  });

  it('keeps names apart that look alike once they are legal', () => {
    expect(sessionName('a/b')).not.toBe(sessionName('a%b'));
  });

  it('makes a legal, stable name of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (tag) => {
        const name = sessionName(tag);
        expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/);
        expect(sessionName(name)).toBe(name);
      }),
    );
  });
});

describe('names', () => {
  it('leads from the container back to the session', () => {
    expect(sessionOfCluster(`/${names.cluster('k8s-a')}`)).toBe('k8s-a');
  });

  it('makes random names that are legal', () => {
    const name = randomName();
    expect(sessionName(name)).toBe(name);
  });
});

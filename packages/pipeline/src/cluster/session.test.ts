import { describe, expect, it } from 'vitest';
import { requireKubernetes } from './session.ts';

describe('requireKubernetes', () => {
  it('accepts a session of the requested minor version, or of unknown version', () => {
    requireKubernetes({ name: 'a', kubernetes: '1.35.4' }, '1.35');
    requireKubernetes({ name: 'a' }, '1.35');
  });

  it('names both versions if they differ', () => {
    const differs = () => requireKubernetes({ name: 'a', kubernetes: '1.37.2' }, '1.35');
    expect(differs).toThrow(expect.objectContaining({ code: 'KUBERNETES_DIFFERS', exitCode: 2 }));
    expect(differs).toThrow('has Kubernetes 1.37.2, and this run asks for 1.35');
  });
});

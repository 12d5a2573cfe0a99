import { parseIdentity } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { newLabels } from './new-labels.ts';

describe('newLabels', () => {
  it('names the owner as a process, not as a pid', () => {
    expect(parseIdentity(newLabels({ owner: process.pid }).owner ?? '')).toMatchObject({ pid: process.pid });
  });

  it('give every session a unique id', () => {
    expect(newLabels({ name: 'a' }).id).not.toBe(newLabels({ name: 'a' }).id);
  });

  it('have no end of the lease without a lease', () => {
    expect(newLabels({ leaseSeconds: 0 })).not.toHaveProperty('leaseEndsAt');
  });

  it('refuses an owner that does not run', () => {
    expect(() => newLabels({ owner: 2 ** 22 + 1 })).toThrow('is not running');
  });

  it.each([{ name: '' }, { leaseSeconds: -1 }, { leaseSeconds: Number.NaN }, { leaseSeconds: 6e15 }])(
    'refuses %j',
    (request) => {
      expect(() => newLabels(request)).toThrow(
        expect.objectContaining({ code: 'SESSION_REQUEST_INVALID', exitCode: 2 }),
      );
    },
  );
});

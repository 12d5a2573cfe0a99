import { parseIdentity } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { markFor } from './mark.ts';

describe('markFor', () => {
  it('names the owner as a process, not as a pid', () => {
    expect(parseIdentity(markFor({ owner: process.pid }).owner ?? '')).toMatchObject({ pid: process.pid });
  });

  it('gives every session an id of its own', () => {
    expect(markFor({ name: 'a' }).id).not.toBe(markFor({ name: 'a' }).id);
  });

  it('has no end of the lease where there is no lease', () => {
    expect(markFor({ leaseSeconds: 0 })).not.toHaveProperty('leaseEndsAt');
  });

  it('refuses an owner that does not run', () => {
    expect(() => markFor({ owner: 2 ** 22 + 1 })).toThrow('does not run');
  });

  it.each([{ name: '' }, { leaseSeconds: -1 }, { leaseSeconds: Number.NaN }, { leaseSeconds: 6e15 }])(
    'refuses %j',
    (request) => {
      expect(() => markFor(request)).toThrow(
        expect.objectContaining({ code: 'SESSION_REQUEST_INVALID', exitCode: 2 }),
      );
    },
  );
});

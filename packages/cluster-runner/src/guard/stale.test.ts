import { formatIdentity, identityOf } from '@istio-ci/kit';
import { describe, expect, it } from 'vitest';
import { label, labelsFor, type SessionLabels } from '../labels.ts';
import type { PlacedContainer } from '../place/place.ts';
import { staleReason } from './stale.ts';

const self = identityOf(process.pid);
if (!self) throw new Error('no /proc');
const alive = formatIdentity(self);
const dead = formatIdentity({ ...self, start: '1' });
const elsewhere = formatIdentity({ ...self, space: 'other' });
const now = new Date('2026-11-23T12:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

const session: SessionLabels = {
  name: 's',
  id: 'i',
  creator: dead,
  createdAt: minutes(-30),
  leaseEndsAt: minutes(30),
};
const container = (state: PlacedContainer['state']): PlacedContainer => ({
  id: 'c',
  image: 'node:1',
  state,
  network: 'n',
  ports: {},
  host: '127.0.0.1',
  local: true,
});
const reason = (changes: Partial<SessionLabels>, ...roles: ('cluster' | 'network' | 'service')[]) =>
  staleReason(
    roles.map((role) => ({
      labels: labelsFor({ ...session, ...changes }, role),
      ...(role === 'network' ? {} : { container: container('running') }),
    })),
    now,
  );

describe('staleReason', () => {
  it('keeps a session whose start has long ended, within its lease', () => {
    expect(reason({}, 'network', 'cluster')).toBeUndefined();
  });

  it('ends one whose owner died', () => {
    expect(reason({ owner: dead }, 'network', 'cluster')).toBe('owner-gone');
  });

  it('does not judge an owner on another machine', () => {
    expect(reason({ owner: elsewhere }, 'network', 'cluster')).toBeUndefined();
  });

  it('ends one whose lease is over', () => {
    expect(reason({ leaseEndsAt: minutes(-1) }, 'network', 'cluster')).toBe('expired');
  });

  it('keeps one without lease', () => {
    expect(reason({ leaseEndsAt: undefined }, 'network', 'cluster')).toBeUndefined();
  });

  it('removes a network and services whose cluster is gone', () => {
    expect(reason({}, 'network', 'service')).toBe('orphaned');
  });

  it('keeps what a living process is making', () => {
    expect(reason({ creator: alive, createdAt: minutes(-1) }, 'network')).toBeUndefined();
  });

  it('keeps what a process on another machine may be making, for ten minutes', () => {
    expect(reason({ creator: elsewhere, createdAt: minutes(-9) }, 'network')).toBeUndefined();
    expect(reason({ creator: elsewhere, createdAt: minutes(-11) }, 'network')).toBe('orphaned');
  });

  it('does not count a cluster that was made but never started', () => {
    const cluster = { labels: labelsFor(session, 'cluster'), container: container('created') };
    expect(staleReason([cluster], now)).toBe('orphaned');
  });

  it("goes by the session's labels, not by those of a builder", () => {
    const builder = { labels: { [label.id]: 'i', [label.role]: 'builder' }, container: container('running') };
    const labels = labelsFor({ ...session, owner: dead }, 'cluster');
    expect(staleReason([builder, { labels, container: container('running') }], now)).toBe('owner-gone');
  });
});

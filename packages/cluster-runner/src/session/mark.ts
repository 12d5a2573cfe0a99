import { formatIdentity, identityOf } from '@istio-ci/kit';
import { defaultLeaseSeconds } from '../create/environment.ts';
import { errors } from '../errors.ts';
import type { SessionMark } from '../labels.ts';
import { randomName, sessionName } from '../names.ts';
import type { SessionRequest } from './types.ts';

export type MarkRequest = Pick<SessionRequest, 'name' | 'owner' | 'leaseSeconds'>;

/**
 * What the things of a new session will be labelled with; everything in the request is checked here, before anything is made.
 * @throws {CiError} SESSION_REQUEST_INVALID, OWNER_GONE
 */
export function markFor({ name, owner, leaseSeconds = defaultLeaseSeconds }: MarkRequest): SessionMark {
  if (name === '') throw errors.invalidRequest('The session name', name, 'at least one character');
  checkLease(leaseSeconds);
  const createdAt = new Date();
  return {
    name: name === undefined ? randomName() : sessionName(name),
    id: randomName(8),
    creator: identityText(process.pid),
    createdAt,
    ...(owner === undefined ? {} : { owner: identityText(owner) }),
    ...(leaseSeconds === 0 ? {} : { leaseEndsAt: new Date(createdAt.getTime() + leaseSeconds * 1000) }),
  };
}

/** A year; what the engine's labels and the clock in the container hold ends far behind it. */
const maxLeaseSeconds = 365 * 24 * 60 * 60;

/** @throws {CiError} SESSION_REQUEST_INVALID */
export function checkLease(seconds: number): void {
  if (!(seconds >= 0 && seconds <= maxLeaseSeconds))
    throw errors.invalidRequest('The lease, in seconds,', seconds, 'at most a year, or 0 for none');
}

function identityText(pid: number): string {
  const identity = identityOf(pid);
  if (!identity) throw errors.ownerGone(pid);
  return formatIdentity(identity);
}

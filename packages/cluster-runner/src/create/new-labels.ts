import { formatIdentity, identityOf } from '@istio-ci/kit';
import { sessionErrors } from '../errors.ts';
import type { SessionLabels } from '../labels.ts';
import { checkLease, defaultLeaseSeconds } from '../lease-seconds.ts';
import { randomName, sessionName } from '../names.ts';
import type { SessionRequest } from '../types.ts';

export type LabelsRequest = Pick<SessionRequest, 'name' | 'owner' | 'leaseSeconds'>;

/**
 * The labels of a new session. These parts of the request are checked here, before anything is made.
 * @throws {CiError} SESSION_REQUEST_INVALID, OWNER_GONE
 */
export function newLabels({ name, owner, leaseSeconds = defaultLeaseSeconds }: LabelsRequest): SessionLabels {
  if (name === '') throw sessionErrors.invalidRequest('The session name', name, 'at least one character');
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

function identityText(pid: number): string {
  const identity = identityOf(pid);
  if (!identity) throw sessionErrors.ownerGone(pid);
  return formatIdentity(identity);
}

import type Docker from 'dockerode';
import { nodeCommand, sessionStatus, type Target } from './node.ts';

/** When the session's lease ends as it stands in the container; undefined where it has none. */
export async function leaseEnd(engine: Docker, target: Target): Promise<Date | undefined> {
  const { lease } = await sessionStatus(engine, target);
  return lease?.endsAt ? new Date(lease.endsAt) : undefined;
}

/**
 * Lets the lease end `seconds` from now and returns when that is.
 * @throws {CiError} SESSION_GONE where the session has ended
 */
export async function renewLease(engine: Docker, target: Target, seconds: number): Promise<Date> {
  await nodeCommand(engine, target, ['lease', 'renew', String(seconds)]);
  return new Date(Date.now() + seconds * 1000);
}

import { CiError, messageOf } from '@istio-ci/kit';
import { sessionPlan } from '../create/plan.ts';
import { withGuard } from '../guard/with-guard.ts';
import type { SessionLabels } from '../labels.ts';
import { defaultLeaseSeconds } from '../lease-seconds.ts';
import type { NodeStatus } from '../node-status.ts';
import { awaitHealth } from '../session/health.ts';
import { renewLease } from '../session/lease.ts';
import { sessionStatus } from '../session/node.ts';
import type { SessionRequest } from '../types.ts';
import { listPool, type PoolEntry, poolKey, requireStandby } from './entries.ts';

/** A cluster whose lease ends sooner than this is not handed out any more, in milliseconds. */
const leaseLeftMs = 60_000;

/**
 * Makes a warm cluster the session's: thawed, under the session's name and lease, watched by a guard of the
 * session's owner. It keeps its id and its network. A cluster that is unhealthy after thawing is removed and
 * the next one is tried.
 * @returns undefined if there is no warm cluster with the settings of the request
 * @throws {CiError} PLACE_HAS_NO_POOL
 */
export async function takeFromPool(
  request: SessionRequest,
  labels: SessionLabels,
): Promise<NodeStatus | undefined> {
  const { place } = request;
  const standby = requireStandby(place);
  // A cluster of the pool always has a lease, which can be renewed but not taken away.
  if (request.leaseSeconds === 0) return undefined;
  const key = poolKey(request);
  for (const entry of await listPool(place)) {
    const fresh = entry.leaseEndsAt === undefined || entry.leaseEndsAt.getTime() > Date.now() + leaseLeftMs;
    if (entry.key !== key || !entry.frozen || !fresh) continue;
    if (!(await standby.claim(entry.container))) continue;
    try {
      return await handOut(request, { ...labels, id: entry.id }, entry);
    } catch (error) {
      if (request.signal?.aborted || !isUnfit(error)) throw error;
      request.progress?.(`a warm cluster is not used: ${messageOf(error)}`);
    }
  }
  return undefined;
}

/** True if the error is only about this one cluster, and not about the request or the place. */
function isUnfit(error: unknown): boolean {
  const codes = ['NOT_HEALTHY', 'SESSION_GONE', 'NODE_COMMAND_FAILED'];
  return error instanceof CiError && codes.includes(error.code);
}

async function handOut(
  request: SessionRequest,
  labels: SessionLabels,
  { container }: PoolEntry,
): Promise<NodeStatus> {
  const { place, leaseSeconds = defaultLeaseSeconds } = request;
  const plan = sessionPlan(request, labels, { env: process.env, files: [] });
  return withGuard(request, labels, async (made) => {
    const steps = [
      requireStandby(place).handOut(container, plan).then(made),
      sessionStatus(place, container, request),
      renewLease(place, container, leaseSeconds),
      awaitHealth(place, container, request),
    ] as const;
    const all = Promise.all(steps);
    // All are waited for, also if one fails: what is still being made could not be removed. The error is that
    // of the first step to fail.
    await Promise.allSettled([all, ...steps]);
    const [, status] = await all;
    return status;
  });
}

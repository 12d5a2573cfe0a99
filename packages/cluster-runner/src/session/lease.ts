import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { checkLease } from './mark.ts';
import { nodeCommand, sessionStatus, type Target } from './node.ts';

/** When the session's lease ends as it stands in the container; undefined where it has none. */
export async function leaseEnd(
  engine: Docker,
  target: Target,
  options: Operation = {},
): Promise<Date | undefined> {
  const { lease } = await sessionStatus(engine, target, options);
  return lease?.endsAt ? new Date(lease.endsAt) : undefined;
}

/** How often a running container is asked, how long each answer may take and how long it is left alone, in milliseconds. */
const asking = { times: 3, limitMs: 10_000, pauseMs: 1000 } as const;

/**
 * The lease as it stands in the container, or as it is `known` where that cannot be asked because it is frozen or gone. One
 * refusal of a busy engine is no answer: a session that was renewed must not end by it.
 */
export async function leaseEndNow(
  engine: Docker,
  container: string,
  known: Date | undefined,
): Promise<Date | undefined> {
  for (let left = asking.times; left > 0; left -= 1) {
    try {
      return await leaseEnd(engine, container, { signal: AbortSignal.timeout(asking.limitMs) });
    } catch {
      if (!(await canBeAsked(engine, container))) break;
      await delay(asking.pauseMs);
    }
  }
  return known;
}

async function canBeAsked(engine: Docker, container: string): Promise<boolean> {
  const state = await engine
    .getContainer(container)
    .inspect()
    .then(({ State }) => State)
    .catch(() => undefined);
  return state?.Running === true && !state.Paused;
}

/**
 * Lets the lease end `seconds` from now and returns when that is.
 * @throws {CiError} SESSION_REQUEST_INVALID; SESSION_GONE where the session has ended
 */
export async function renewLease(engine: Docker, target: Target, seconds: number): Promise<Date> {
  checkLease(seconds);
  await nodeCommand(engine, target, ['lease', 'renew', String(seconds)]);
  return new Date(Date.now() + seconds * 1000);
}

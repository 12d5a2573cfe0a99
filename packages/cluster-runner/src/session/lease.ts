import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@istio-ci/kit';
import { checkLease } from '../lease-seconds.ts';
import type { Place } from '../place/place.ts';
import { sessionStatus } from './node.ts';
import { type Target, targetContainer } from './target.ts';

/** The end of the session's lease as the container knows it; undefined if it has none. */
export async function leaseEnd(
  place: Place,
  target: Target,
  options: Operation = {},
): Promise<Date | undefined> {
  const { lease } = await sessionStatus(place, target, options);
  return lease?.endsAt ? new Date(lease.endsAt) : undefined;
}

/** How often a container is asked, how long an answer may take, and the pause between, in milliseconds. */
const asking = { times: 3, limitMs: 10_000, pauseMs: 1000 } as const;

/**
 * The end of the lease as the container knows it, or as it is `known` if the container is frozen or gone. One
 * refusal of a busy engine does not count: a session that was renewed must not end by it.
 */
export async function leaseEndNow(
  place: Place,
  target: Target,
  known: Date | undefined,
): Promise<Date | undefined> {
  for (let left = asking.times; left > 0; left -= 1) {
    try {
      return await leaseEnd(place, target, { signal: AbortSignal.timeout(asking.limitMs) });
    } catch {
      if (!(await canBeAsked(place, target))) break;
      await delay(asking.pauseMs);
    }
  }
  return known;
}

async function canBeAsked(place: Place, target: Target): Promise<boolean> {
  const watch = place.watch(targetContainer(target));
  const state = await watch.state().catch(() => undefined);
  return state?.running === true && !state.frozen;
}

/**
 * Sets the end of the lease to `seconds` from now, and returns it.
 * @throws {CiError} SESSION_REQUEST_INVALID; SESSION_GONE if the session has ended
 */
export async function renewLease(place: Place, target: Target, seconds: number): Promise<Date> {
  checkLease(seconds);
  await place.renew(targetContainer(target), seconds);
  return new Date(Date.now() + seconds * 1000);
}

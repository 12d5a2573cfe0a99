import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded, type ProcessIdentity } from '@istio-ci/kit';
import type { ContainerState, Place, SessionContainer, Watch } from '../place/place.ts';
import type { GuardOrder, GuardReady } from './protocol.ts';

export type SessionEnd = 'container-gone' | 'owner-gone' | 'lease-over' | 'handed-out' | 'hand-out-died';

/** How often the owner is looked for, and the pause after the place did not answer, in milliseconds. */
const ownerPollMs = 500;
const placeRetryMs = 1000;
/** The container ends itself when its lease is over; this much later the guard does it instead. */
const leaseGraceMs = 5000;
/**
 * A hand-out makes a cluster that of its session some milliseconds after it thawed it; one that died never
 * does.
 */
const handOutMs = 5000;
/**
 * Nothing of a session is left if nothing was found for this many times the duration of a look, within these
 * limits.
 */
const quiet = { looks: 50, leastMs: 2000, mostMs: 5000, everyMs: 500 } as const;

/** Returns when the session has to end or has ended, and why. */
export async function watchSession(place: Place, order: GuardOrder, ready: GuardReady): Promise<SessionEnd> {
  const controller = new AbortController();
  const { signal } = controller;
  const watches: Promise<SessionEnd>[] = [clusterEnd(place, ready, signal), leaseOver(place, ready, signal)];
  if (order.owner) watches.push(ownerGone(order.owner, signal));
  try {
    return await Promise.race(watches);
  } finally {
    controller.abort();
    await Promise.allSettled(watches);
  }
}

export async function ownerGone(owner: ProcessIdentity, signal?: AbortSignal): Promise<'owner-gone'> {
  while (!hasEnded(owner)) await delay(ownerPollMs, undefined, signal && { signal });
  return 'owner-gone';
}

/** Follows the cluster's state: no polling, and nothing is missed. */
async function clusterEnd(place: Place, ready: GuardReady, signal: AbortSignal): Promise<SessionEnd> {
  const watch = place.watch(clusterOf(ready));
  const states = watch.changes(signal)[Symbol.asyncIterator]();
  for (let next = states.next(); ; ) {
    const { done, value: state } = await next;
    if (done) return 'container-gone';
    if (state.session !== ready.session) return 'handed-out';
    next = states.next();
    // It may be awaited only after it has failed, or not at all.
    next.catch(() => {});
    if (!ready.warm || state.frozen) continue;
    const changed = next.then(() => true);
    if (await Promise.race([changed, delay(handOutMs, false, { signal })])) continue;
    // No event may mean that none was delivered.
    const now = await stateNow(watch, signal);
    if (now === undefined) return 'container-gone';
    return now.session === ready.session ? 'hand-out-died' : 'handed-out';
  }
}

async function stateNow(watch: Watch, signal: AbortSignal): Promise<ContainerState | undefined> {
  for (;;) {
    try {
      return await watch.state();
    } catch {
      await delay(placeRetryMs, undefined, { signal });
    }
  }
}

function clusterOf({ session, container }: GuardReady): SessionContainer {
  return { name: session, container };
}

/** Reads the lease in the container again whenever it should be over: it may have been renewed. */
async function leaseOver(place: Place, ready: GuardReady, signal: AbortSignal): Promise<SessionEnd> {
  let end = ready.leaseEndsAt === undefined ? undefined : new Date(ready.leaseEndsAt);
  while (end !== undefined && Date.now() < end.getTime() + leaseGraceMs) {
    // setTimeout takes at most 2^31 ms; a longer lease is checked in between.
    await delay(Math.min(end.getTime() + leaseGraceMs - Date.now(), 2 ** 31 - 1), undefined, { signal });
    const known: Date = end;
    // Loaded only now, to keep a guard small while it waits for hours. By then the checkout may be gone,
    // because a CI wipes its workspace.
    end = await import('../session/lease.ts').then(
      ({ leaseEndNow }) => leaseEndNow(place, clusterOf(ready), known),
      () => known,
    );
  }
  if (end !== undefined) return 'lease-over';
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/**
 * Removes everything of a session until nothing of it was found for a while. The place may still be carrying
 * out requests of a killed process; the longer a look takes, the longer that may take.
 */
export async function removeUntilQuiet(place: Place, id: string): Promise<void> {
  let quietSince = performance.now();
  for (;;) {
    const begun = performance.now();
    const found = await place
      .down(id)
      .then(({ containers, networks, volumes }) => containers + networks + volumes)
      .catch(() => 1);
    const now = performance.now();
    if (found > 0) quietSince = now;
    const wantedMs = Math.min(Math.max(quiet.leastMs, quiet.looks * (now - begun)), quiet.mostMs);
    if (now - quietSince >= wantedMs) return;
    await delay(quiet.everyMs);
  }
}

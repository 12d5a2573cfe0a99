import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded, isNotFound, type ProcessIdentity } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { removeSession } from '../session/remove.ts';
import type { GuardOrder, GuardReady } from './protocol.ts';

export type SessionEnd = 'container-gone' | 'owner-gone' | 'lease-over' | 'handed-out' | 'hand-out-died';

/** How often the owner is looked for, and how long the engine is left alone after it refused, in milliseconds. */
const ownerPollMs = 500;
const engineRetryMs = 1000;
/** The container ends itself when its lease is over; this much later the guard does it instead. */
const leaseGraceMs = 5000;
/** A hand-out gives a container its new name some milliseconds after it thawed it; one that died never does. */
const handOutMs = 5000;
/** Nothing of a session is left when nothing was found for so many times as long as a look takes, within these limits. */
const quiet = { looks: 50, leastMs: 2000, mostMs: 5000, everyMs: 500 } as const;

/** Returns when the session has to end or has ended, and why. */
export async function watchSession(
  engine: Docker,
  order: GuardOrder,
  ready: GuardReady,
): Promise<SessionEnd> {
  const controller = new AbortController();
  const { signal } = controller;
  const watches: Promise<SessionEnd>[] = [
    containerEnd(engine, ready, signal),
    leaseOver(engine, ready, signal),
  ];
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

/** Looks at the container whenever the engine reports something about it: no polling, and nothing is missed. */
async function containerEnd(engine: Docker, ready: GuardReady, signal: AbortSignal): Promise<SessionEnd> {
  const filters = { container: [ready.container], event: ['destroy', 'rename', 'unpause'] };
  let thawedAt: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      const events = await engine.getEvents({ filters, abortSignal: signal });
      const happened = new Promise<void>((resolve) => {
        for (const name of ['data', 'error', 'close']) events.on(name, () => resolve());
      });
      const seen = await lookAt(engine, ready);
      if (seen !== 'there' && seen !== 'thawed') return seen;
      thawedAt = seen === 'thawed' ? (thawedAt ?? performance.now()) : undefined;
      if (thawedAt === undefined) await happened;
      else if (performance.now() - thawedAt >= handOutMs) return 'hand-out-died';
      else await Promise.race([happened, delay(handOutMs, undefined, { signal })]);
    } catch {
      await delay(engineRetryMs, undefined, { signal });
    }
  }
}

async function lookAt(engine: Docker, ready: GuardReady): Promise<SessionEnd | 'there' | 'thawed'> {
  try {
    const { Name, State } = await engine.getContainer(ready.container).inspect();
    if (Name !== `/${ready.name}`) return 'handed-out';
    return ready.standsBy && !State.Paused ? 'thawed' : 'there';
  } catch (error) {
    if (isNotFound(error)) return 'container-gone';
    throw error;
  }
}

/** The lease as it stands in the container, asked again whenever it should be over: it may have been renewed. */
async function leaseOver(engine: Docker, ready: GuardReady, signal: AbortSignal): Promise<SessionEnd> {
  let end = ready.leaseEndsAt === undefined ? undefined : new Date(ready.leaseEndsAt);
  while (end !== undefined && Date.now() < end.getTime() + leaseGraceMs) {
    // setTimeout takes no more than 2^31 ms; a lease of a month is looked at in between.
    await delay(Math.min(end.getTime() + leaseGraceMs - Date.now(), 2 ** 31 - 1), undefined, { signal });
    const known: Date = end;
    // Loaded only now: a guard waits for hours and should be small meanwhile. By then the checkout may be gone (a CI wipes its workspace).
    end = await import('../session/lease.ts').then(
      ({ leaseEndNow }) => leaseEndNow(engine, ready.container, known),
      () => known,
    );
  }
  if (end !== undefined) return 'lease-over';
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/**
 * Removes everything of a session until nothing of it turned up for a while: the engine may still be carrying out what a
 * killed process had asked for, and the longer it takes for a look, the longer it takes for that.
 */
export async function removeUntilQuiet(engine: Docker, id: string): Promise<void> {
  let quietSince = performance.now();
  for (;;) {
    const begun = performance.now();
    const found = await removeSession(engine, id)
      .then(({ containers, networks, volumes }) => containers + networks + volumes)
      .catch(() => 1);
    const now = performance.now();
    if (found > 0) quietSince = now;
    const wantedMs = Math.min(Math.max(quiet.leastMs, quiet.looks * (now - begun)), quiet.mostMs);
    if (now - quietSince >= wantedMs) return;
    await delay(quiet.everyMs);
  }
}

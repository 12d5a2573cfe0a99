import { setTimeout as delay } from 'node:timers/promises';
import { isNotFound } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { hasEnded, type ProcessIdentity } from '../process-identity.ts';
import { removeSession } from '../session/remove.ts';
import type { GuardOrder, GuardReady } from './protocol.ts';

export type SessionEnd = 'container-gone' | 'owner-gone' | 'lease-over' | 'handed-out';

/** How often the owner is looked for, and how long the engine is left alone after it refused, in milliseconds. */
const ownerPollMs = 500;
const engineRetryMs = 1000;
/** The container ends itself when its lease is over; this much later the guard does it instead. */
const leaseGraceMs = 5000;

/** Returns when the session has to end or has ended, and why. */
export async function watchSession(
  engine: Docker,
  order: GuardOrder,
  ready: GuardReady,
): Promise<SessionEnd> {
  const controller = new AbortController();
  const { signal } = controller;
  const watches = [containerEnd(engine, ready, signal), leaseOver(engine, ready, signal)];
  if (order.owner) watches.push(ownerGone(order.owner, signal));
  try {
    return await Promise.race(watches);
  } finally {
    controller.abort();
    await Promise.allSettled(watches);
  }
}

async function ownerGone(owner: ProcessIdentity, signal: AbortSignal): Promise<SessionEnd> {
  while (!hasEnded(owner)) await delay(ownerPollMs, undefined, { signal });
  return 'owner-gone';
}

/** Looks at the container whenever the engine reports something about it: no polling, and nothing is missed. */
async function containerEnd(engine: Docker, ready: GuardReady, signal: AbortSignal): Promise<SessionEnd> {
  const filters = { container: [ready.container], event: ['destroy', 'rename'] };
  for (;;) {
    signal.throwIfAborted();
    try {
      const events = await engine.getEvents({ filters, abortSignal: signal });
      const happened = new Promise<void>((resolve) => {
        for (const name of ['data', 'error', 'close']) events.on(name, () => resolve());
      });
      const end = await lookAt(engine, ready);
      if (end) return end;
      await happened;
    } catch {
      await delay(engineRetryMs, undefined, { signal });
    }
  }
}

async function lookAt(engine: Docker, ready: GuardReady): Promise<SessionEnd | undefined> {
  try {
    const { Name } = await engine.getContainer(ready.container).inspect();
    return Name === `/${ready.name}` ? undefined : 'handed-out';
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
    // Loaded only now: a guard waits for hours and should be small meanwhile.
    const { leaseEnd } = await import('../session/lease.ts');
    end = await leaseEnd(engine, ready.container).catch(() => end);
  }
  if (end !== undefined) return 'lease-over';
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/**
 * Removes everything of a session until nothing of it was there in two looks a second apart: the engine may still be carrying out
 * what a killed process had asked for.
 */
export async function removeUntilQuiet(engine: Docker, id: string): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    try {
      const { containers, networks } = await removeSession(engine, id);
      quiet = containers + networks === 0 ? quiet + 1 : 0;
    } catch {
      quiet = 0;
    }
    if (quiet < 2) await delay(engineRetryMs);
  }
}

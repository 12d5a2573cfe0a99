import { rm } from 'node:fs/promises';
import { messageOf, type Operation } from '@istio-ci/kit';
import { label } from '../labels.ts';
import type { Place, Placed } from '../place/place.ts';
import { leaseEndNow } from '../session/lease.ts';
import { type StaleReason, sessionLabels, staleReason } from './stale.ts';
import { guardLog } from './start.ts';

export interface RemovedSession {
  readonly name: string;
  readonly id: string;
  readonly reason: StaleReason;
}

/**
 * Removes every session whose owner died, whose lease is over or that was never completed. It goes by labels
 * alone, and needs neither the guard nor a file of the process that started the session. A session that
 * cannot be removed is reported through `progress`; the others are still collected.
 */
export async function gcSessions(
  place: Place,
  { progress }: Pick<Operation, 'progress'> = {},
): Promise<RemovedSession[]> {
  const sessions = Map.groupBy(await place.list(), ({ labels }) => labels[label.id] ?? '');
  const removals = await Promise.allSettled([...sessions].map(([id, parts]) => collect(place, id, parts)));
  for (const removal of removals)
    if (removal.status === 'rejected') progress?.(`not removed: ${messageOf(removal.reason)}`);
  return removals.flatMap((removal) =>
    removal.status === 'fulfilled' && removal.value ? [removal.value] : [],
  );
}

async function collect(
  place: Place,
  id: string,
  parts: readonly Placed[],
): Promise<RemovedSession | undefined> {
  const reason = staleReason(parts, new Date());
  if (reason === undefined || (reason === 'expired' && (await wasRenewed(place, parts)))) return undefined;
  await place.down(id);
  await rm(guardLog(id), { force: true });
  return { name: sessionLabels(parts)[label.session] ?? '', id, reason };
}

/** A lease is renewed inside the container. If that is frozen or gone, the lease was not renewed. */
async function wasRenewed(place: Place, parts: readonly Placed[]): Promise<boolean> {
  const cluster = parts.find(
    ({ labels, container }) => labels[label.role] === 'cluster' && container?.state === 'running',
  );
  if (cluster?.container === undefined) return false;
  const end = await leaseEndNow(place, cluster.container.id, undefined);
  return end !== undefined && end > new Date();
}

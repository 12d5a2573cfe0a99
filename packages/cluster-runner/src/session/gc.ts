import { rm } from 'node:fs/promises';
import { messageOf, type Operation } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { guardLog } from '../guard/start.ts';
import { label } from '../labels.ts';
import { leaseEndNow } from './lease.ts';
import { removeSession } from './remove.ts';
import { markOf, type StaleReason, staleReason, type Thing } from './stale.ts';

export interface RemovedSession {
  readonly name: string;
  readonly id: string;
  readonly reason: StaleReason;
}

interface FoundThing extends Thing {
  readonly container?: string;
}

/**
 * Removes every session whose owner died, whose lease is over or that was never completed, found by labels alone:
 * it needs neither the guard nor any file of the process that started it. One that cannot be removed is told to
 * `progress` and keeps nobody from the rest, nor from a session of his own.
 */
export async function gcSessions(
  engine: Docker,
  { progress }: Pick<Operation, 'progress'> = {},
): Promise<RemovedSession[]> {
  const sessions = Map.groupBy(await everythingOfOurs(engine), ({ labels }) => labels[label.id] ?? '');
  const removals = await Promise.allSettled([...sessions].map(([id, things]) => collect(engine, id, things)));
  for (const removal of removals)
    if (removal.status === 'rejected') progress?.(`not removed: ${messageOf(removal.reason)}`);
  return removals.flatMap((removal) =>
    removal.status === 'fulfilled' && removal.value ? [removal.value] : [],
  );
}

async function collect(
  engine: Docker,
  id: string,
  things: readonly FoundThing[],
): Promise<RemovedSession | undefined> {
  const reason = staleReason(things, new Date());
  if (reason === undefined || (reason === 'expired' && (await wasRenewed(engine, things)))) return undefined;
  await removeSession(engine, id);
  await rm(guardLog(id), { force: true });
  return { name: markOf(things)[label.session] ?? '', id, reason };
}

/** A lease is renewed inside the container; one that cannot be asked (frozen, or gone) was not renewed. */
async function wasRenewed(engine: Docker, things: readonly FoundThing[]): Promise<boolean> {
  const cluster = things.find(({ labels, state }) => labels[label.role] === 'cluster' && state === 'running');
  if (cluster?.container === undefined) return false;
  const end = await leaseEndNow(engine, cluster.container, undefined);
  return end !== undefined && end > new Date();
}

async function everythingOfOurs(engine: Docker): Promise<FoundThing[]> {
  const filters = { label: [label.id] };
  return engineStep({ what: 'look for sessions' }, async () => {
    const [containers, networks, volumes] = await Promise.all([
      engine.listContainers({ all: true, filters }),
      engine.listNetworks({ filters }),
      engine.listVolumes({ filters }),
    ]);
    return [
      ...containers.map(({ Id, Labels, State }) => ({ container: Id, labels: Labels, state: State })),
      ...[...networks, ...volumes.Volumes].map(({ Labels }) => ({ labels: Labels ?? {} })),
    ];
  });
}

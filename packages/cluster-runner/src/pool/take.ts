import { CiError, messageOf } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { defaultLeaseSeconds } from '../create/environment.ts';
import { tailOutput } from '../create/output-tail.ts';
import { startServices } from '../create/start-containers.ts';
import { engineStep } from '../engine/engine-errors.ts';
import { labelsFor, type SessionMark } from '../labels.ts';
import { names } from '../names.ts';
import type { NodeStatus } from '../node-status.ts';
import { guarded } from '../session/guarded.ts';
import { awaitHealth } from '../session/health.ts';
import { renewLease } from '../session/lease.ts';
import { sessionStatus } from '../session/node.ts';
import type { SessionRequest } from '../session/types.ts';
import { claim, listPool, type PoolEntry, poolKey } from './entries.ts';

/** A cluster whose lease ends sooner than this is not handed out any more, in milliseconds. */
const leaseLeftMs = 60_000;

/**
 * Makes a cluster that stands by the session's own: thawed, under the session's name and lease, watched by a guard of the
 * session's owner. The engine lets neither labels nor networks be renamed, so it keeps its id and its network; its
 * name, by which it is found from now on, is its container's, and an empty volume carries the session's own labels for gc.
 * One that does not come back true is removed, and the next is asked.
 * @returns undefined where none stands by with the settings that the request asks for
 */
export async function takeFromPool(
  request: SessionRequest,
  mark: SessionMark,
): Promise<NodeStatus | undefined> {
  const { engine } = request;
  // A cluster of the pool always has a lease, which can be renewed but not taken away.
  if (request.leaseSeconds === 0) return undefined;
  const key = poolKey(request);
  for (const entry of await listPool(engine)) {
    const fresh = entry.leaseEndsAt === undefined || entry.leaseEndsAt.getTime() > Date.now() + leaseLeftMs;
    if (entry.key !== key || !entry.frozen || !fresh) continue;
    if (!(await claim(engine, entry))) continue;
    try {
      return await handOut(request, { ...mark, id: entry.id }, entry);
    } catch (error) {
      if (request.signal?.aborted || !isUnfit(error)) throw error;
      request.progress?.(`one that stood by is left: ${messageOf(error)}`);
    }
  }
  return undefined;
}

/** What says that this one cluster cannot be used, and nothing of the request or the engine. */
function isUnfit(error: unknown): boolean {
  const codes = ['NOT_HEALTHY', 'SESSION_GONE', 'NODE_COMMAND_FAILED'];
  return error instanceof CiError && codes.includes(error.code);
}

async function handOut(request: SessionRequest, mark: SessionMark, entry: PoolEntry): Promise<NodeStatus> {
  const { engine, leaseSeconds = defaultLeaseSeconds } = request;
  const container = engine.getContainer(entry.container);
  return guarded(request, mark, async (made) => {
    const call = { what: 'the cluster', session: mark.name };
    const output = await engineStep(call, async () => {
      await container.rename({ name: names.cluster(mark.name) });
      await engine.createVolume({ Labels: labelsFor(mark, 'volume') });
      return tailOutput(container);
    });
    const cluster = { what: call.what, id: entry.container, output };
    made({ cluster, services: [] });
    const network = await networkOf(container);
    const [services, status] = await Promise.all([
      startServices(request, mark, network),
      sessionStatus(engine, entry.container, request),
      renewLease(engine, entry.container, leaseSeconds),
      awaitHealth(engine, entry.container, request),
    ]);
    made({ cluster, services });
    return status;
  });
}

async function networkOf(container: Docker.Container): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  return Object.keys(NetworkSettings.Networks)[0] ?? '';
}

import { join } from 'node:path';
import { parseIdentity } from '@istio-ci/kit';
import type { StartedSession } from '../create/start-containers.ts';
import { engineError } from '../engine/engine-errors.ts';
import { type Guard, startGuard } from '../guard/start.ts';
import type { SessionMark } from '../labels.ts';
import { names } from '../names.ts';
import { withEvidence } from './evidence.ts';
import { removeSession } from './remove.ts';
import type { SessionRequest } from './types.ts';

/**
 * Runs the steps that make a session, with a guard that removes everything should this process die meanwhile. When
 * they end well, the guard is left to watch; when they fail, the evidence is kept and everything is removed.
 * `steps` tells what it has made by `made`, as soon as there is something that can be asked for evidence.
 */
export async function guarded<T>(
  request: SessionRequest,
  mark: SessionMark,
  steps: (made: (started: StartedSession) => void) => Promise<T>,
): Promise<T> {
  const guard = await startGuard({ id: mark.id, owner: parseIdentity(mark.owner ?? '') });
  let started: StartedSession | undefined;
  try {
    const result = await steps((made) => {
      started = made;
    });
    if (started) handOver(guard, mark, started);
    return result;
  } catch (cause) {
    const { engine, image, signal, evidenceDir, progress } = request;
    const error = engineError(cause, { what: 'the session', session: mark.name, image, signal });
    if (started && evidenceDir !== undefined) {
      const { id, output } = started.cluster;
      const file = join(evidenceDir, `${mark.name}-boot.tgz`);
      await withEvidence(error, engine, id, file, { output: output.text(), progress });
    }
    await giveUp(request, mark, guard, started);
    throw error;
  } finally {
    for (const { output } of started ? [started.cluster, ...started.services] : []) output.stop();
  }
}

function handOver(guard: Guard, mark: SessionMark, { cluster }: StartedSession): void {
  guard.ready({
    container: cluster.id,
    name: names.cluster(mark.name),
    leaseEndsAt: mark.leaseEndsAt?.toISOString(),
    standsBy: mark.pool !== undefined,
  });
}

/** Removes everything; with `retainOnFailure` the cluster stays, under its guard and lease. */
async function giveUp(
  request: SessionRequest,
  mark: SessionMark,
  guard: Guard,
  started: StartedSession | undefined,
): Promise<void> {
  if (started && request.retainOnFailure) {
    handOver(guard, mark, started);
    return;
  }
  await removeSession(request.engine, mark.id).catch(() => {});
  guard.abandon();
}

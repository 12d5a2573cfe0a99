import { join } from 'node:path';
import { CiError, parseIdentity } from '@istio-ci/kit';
import { sessionErrors } from '../errors.ts';
import type { SessionLabels } from '../labels.ts';
import type { StartedSession } from '../place/place.ts';
import { withEvidence } from '../session/evidence.ts';
import type { SessionRequest } from '../types.ts';
import { type Guard, startGuard } from './start.ts';

/**
 * Runs the steps that make a session, with a guard that removes everything if this process dies meanwhile. If
 * they succeed, the guard is left to watch; if they fail, the evidence is kept and everything is removed.
 * `steps` calls `made` as soon as there is something to collect evidence of.
 */
export async function withGuard<T>(
  request: SessionRequest,
  labels: SessionLabels,
  steps: (made: (started: StartedSession) => void) => Promise<T>,
): Promise<T> {
  const guard = await startGuard({ id: labels.id, owner: parseIdentity(labels.owner ?? '') });
  let started: StartedSession | undefined;
  try {
    const result = await steps((made) => {
      started = made;
    });
    if (started) handOver(guard, labels, started);
    return result;
  } catch (cause) {
    const error = explained(cause, request.signal);
    const { place, evidenceDir, progress } = request;
    if (started && evidenceDir !== undefined) {
      const { container, output } = started.cluster;
      const file = join(evidenceDir, `${labels.name}-boot.tgz`);
      await withEvidence(error, place, container, file, { output: output.text(), progress });
    }
    await giveUp(request, labels, guard, started);
    throw error;
  } finally {
    for (const { output } of started ? [started.cluster, ...started.services] : []) output.stop();
  }
}

/** The reason of an abort, an error for users as it is, or anything else as the cause of one. */
function explained(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  return cause instanceof CiError ? cause : sessionErrors.engineFailed('start the session', cause);
}

function handOver(guard: Guard, labels: SessionLabels, { cluster }: StartedSession): void {
  guard.ready({
    container: cluster.container,
    session: labels.name,
    leaseEndsAt: labels.leaseEndsAt?.toISOString(),
    warm: labels.pool !== undefined,
  });
}

/** Removes everything; with `retainOnFailure` the cluster stays, under its guard and lease. */
async function giveUp(
  { place, retainOnFailure }: SessionRequest,
  labels: SessionLabels,
  guard: Guard,
  started: StartedSession | undefined,
): Promise<void> {
  if (started && retainOnFailure) {
    handOver(guard, labels, started);
    return;
  }
  await place.down(labels.id).catch(() => {});
  guard.abandon();
}

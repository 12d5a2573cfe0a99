import { join } from 'node:path';
import type { StartedSession } from '../create/start-containers.ts';
import { engineError } from '../engine/engine-errors.ts';
import { type Guard, startGuard } from '../guard/start.ts';
import type { SessionMark } from '../labels.ts';
import { names } from '../names.ts';
import { parseIdentity } from '../process-identity.ts';
import { saveEvidence, saveOutput } from './evidence.ts';
import { removeSession } from './remove.ts';
import type { SessionRequest } from './types.ts';

/** Milliseconds that collecting the evidence of a failed start may take. */
const evidenceMs = 15_000;

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
  } catch (error) {
    await giveUp(request, mark, guard, started);
    const { image, signal } = request;
    throw engineError(error, { what: 'the session', session: mark.name, image, signal });
  } finally {
    for (const { output } of started ? [started.cluster, ...started.services] : []) output.stop();
  }
}

function handOver(guard: Guard, { leaseEndsAt, name }: SessionMark, { cluster }: StartedSession): void {
  guard.ready({ container: cluster.id, name: names.cluster(name), leaseEndsAt: leaseEndsAt?.toISOString() });
}

/** Keeps the evidence and removes everything; with `retainOnFailure` the cluster stays, under its guard and lease. */
async function giveUp(
  request: SessionRequest,
  mark: SessionMark,
  guard: Guard,
  started: StartedSession | undefined,
): Promise<void> {
  if (started && request.evidenceDir !== undefined)
    await keepEvidence(request.evidenceDir, request, mark, started);
  if (started && request.retainOnFailure) {
    handOver(guard, mark, started);
    return;
  }
  await removeSession(request.engine, mark.id).catch(() => {});
  guard.abandon();
}

async function keepEvidence(
  folder: string,
  { engine, progress }: SessionRequest,
  { name }: SessionMark,
  { cluster }: StartedSession,
): Promise<void> {
  progress?.('collecting evidence');
  await saveOutput(join(folder, `${name}-output.log`), cluster.output.text());
  const signal = AbortSignal.timeout(evidenceMs);
  // A cluster that has ended cannot be asked any more: its output says what there is to say.
  await saveEvidence(engine, cluster.id, join(folder, `${name}-evidence.tar`), { signal }).catch(() => {});
}

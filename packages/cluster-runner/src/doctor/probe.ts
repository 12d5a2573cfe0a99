import { setTimeout as delay } from 'node:timers/promises';
import { parseIdentity } from '@istio-ci/kit';
import { newLabels } from '../create/new-labels.ts';
import { sessionPlan } from '../create/plan.ts';
import { sessionErrors } from '../errors.ts';
import { startGuard } from '../guard/start.ts';
import type { Place } from '../place/place.ts';
import { execInSession, sessionStatus } from '../session/node.ts';
import type { SessionRequest } from '../types.ts';
import { brokenBy, type Finding } from './finding.ts';
import { judgeFeatures, judgeNode, nodeFindings, tryFeatures } from './judge-node.ts';

/** How long a container may take until it is prepared, in milliseconds, and live at all, in seconds. */
const preparedMs = 60_000;
const leaseSeconds = 180;

type ProbeRequest = Pick<SessionRequest, 'place' | 'image' | 'privileges' | 'signal'>;

/**
 * Tries what a cluster needs of the machine, in a container of the node that is started like a session's.
 * Then removes that container, which has begun to boot, and its network.
 */
export async function probeNode(request: ProbeRequest): Promise<Finding[]> {
  const { place, signal } = request;
  const labels = newLabels({ owner: process.pid, leaseSeconds });
  const guard = await startGuard({ id: labels.id, owner: parseIdentity(labels.owner ?? '') });
  try {
    const asked = { ...request, leaseSeconds, publish: false };
    const plan = sessionPlan(asked, labels, { env: process.env, files: [] });
    const { cluster } = await place.up(plan, { signal });
    const end = cluster.output.ended.then(() => {
      throw sessionErrors.containerEnded(cluster.what, labels.name, cluster.output.text());
    });
    const findings = prepared(place, cluster.container, signal).then(() => ask(place, cluster.container));
    return await Promise.race([findings, end]).finally(() => cluster.output.stop());
  } catch (error) {
    return [brokenBy('node', error)];
  } finally {
    await place.down(labels.id);
    guard.abandon();
  }
}

async function ask(place: Place, container: string): Promise<Finding[]> {
  const [own, features] = await Promise.all([
    execInSession(place, container, ['istio-ci-node', 'doctor', '--json']),
    execInSession(place, container, ['sh', '-c', tryFeatures]),
  ]);
  // It exits 8 if it found something. Without any JSON it could not look.
  if (own.stdout.trim() === '')
    throw sessionErrors.nodeCommandFailed('istio-ci-node doctor', own.exitCode, own.stderr);
  return [...judgeFeatures(features.stdout), ...judgeNode(nodeFindings.parse(JSON.parse(own.stdout)))];
}

/** Returns when the container's preparation is done. In its first moments nothing can be run in it. */
async function prepared(place: Place, container: string, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + preparedMs;
  for (;;) {
    signal?.throwIfAborted();
    const status = await sessionStatus(place, container).catch(() => undefined);
    if (status?.failed) throw sessionErrors.bootFailed(status.failed, (status.failed.log ?? []).join('\n'));
    if (status?.phases.some(({ name, state }) => name === 'prepare' && state === 'done')) return;
    if (performance.now() > end) throw sessionErrors.notReady(['prepare'], preparedMs / 1000, '');
    await delay(100);
  }
}

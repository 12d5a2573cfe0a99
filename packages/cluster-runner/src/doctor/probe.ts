import { setTimeout as delay } from 'node:timers/promises';
import { parseIdentity } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { startContainers } from '../create/start-containers.ts';
import { errors } from '../errors.ts';
import { startGuard } from '../guard/start.ts';
import { markFor } from '../session/mark.ts';
import { execInSession, sessionStatus } from '../session/node.ts';
import { removeSession } from '../session/remove.ts';
import type { SessionRequest } from '../session/types.ts';
import { brokenBy, type Finding } from './finding.ts';
import { judgeFeatures, judgeNode, nodeFindings, tryFeatures } from './judge-node.ts';

/** How long a container may take until it is prepared, in milliseconds, and live at all, in seconds. */
const preparedMs = 60_000;
const leaseSeconds = 180;

type ProbeRequest = Pick<SessionRequest, 'engine' | 'image' | 'privileges' | 'signal'>;

/**
 * Tries in a container of the node, started just as a session's is, what a cluster needs of the machine. The
 * container, which has begun to boot meanwhile, and its network are removed.
 */
export async function probeNode(request: ProbeRequest): Promise<Finding[]> {
  const { engine } = request;
  const mark = markFor({ owner: process.pid, leaseSeconds });
  const guard = await startGuard({ id: mark.id, owner: parseIdentity(mark.owner ?? '') });
  try {
    const { cluster } = await startContainers({ ...request, leaseSeconds, publish: false }, mark);
    const end = cluster.output.ended.then(() => {
      throw errors.containerEnded(cluster.what, mark.name, cluster.output.text());
    });
    const findings = prepared(engine, cluster.id, request.signal).then(() => ask(engine, cluster.id));
    return await Promise.race([findings, end]).finally(() => cluster.output.stop());
  } catch (error) {
    return [brokenBy('node', error)];
  } finally {
    await removeSession(engine, mark.id);
    guard.abandon();
  }
}

async function ask(engine: Docker, container: string): Promise<Finding[]> {
  const [own, features] = await Promise.all([
    execInSession(engine, container, ['istio-ci-node', 'doctor', '--json']),
    execInSession(engine, container, ['sh', '-c', tryFeatures]),
  ]);
  // It exits 8 where it found something; without any JSON it could not look.
  if (own.stdout.trim() === '')
    throw errors.nodeCommandFailed('istio-ci-node doctor', own.exitCode, own.stderr);
  return [...judgeFeatures(features.stdout), ...judgeNode(nodeFindings.parse(JSON.parse(own.stdout)))];
}

/** Returns when the container's preparation is done. In its first moments nothing can be run in it. */
async function prepared(engine: Docker, container: string, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + preparedMs;
  for (;;) {
    signal?.throwIfAborted();
    const status = await sessionStatus(engine, container).catch(() => undefined);
    if (status?.failed) throw errors.bootFailed(status.failed, (status.failed.log ?? []).join('\n'));
    if (status?.phases.some(({ name, state }) => name === 'prepare' && state === 'done')) return;
    if (performance.now() > end) throw errors.notReady(['prepare'], preparedMs / 1000, '');
    await delay(100);
  }
}

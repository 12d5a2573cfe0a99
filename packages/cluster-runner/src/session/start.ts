import { defaultKubernetes } from '@istio-ci/kit';
import { type StartedSession, startContainers } from '../create/start-containers.ts';
import { engineFacts, kubernetesIn } from '../doctor/facts.ts';
import { requireSound } from '../doctor/finding.ts';
import { judgeEngine } from '../doctor/judge-engine.ts';
import { errors } from '../errors.ts';
import type { SessionMark } from '../labels.ts';
import type { NodeStatus } from '../node-status.ts';
import { guarded } from './guarded.ts';
import { loadImages, requireImages } from './images.ts';
import { waitForSession } from './node.ts';
import type { SessionRequest } from './types.ts';

/**
 * Boots a cluster with everything that belongs to its session, under a guard from the first moment on. `finish` is the last
 * step before the guard is told that all is complete.
 */
export async function startSession(
  request: SessionRequest,
  mark: SessionMark,
  finish: (cluster: string) => Promise<void> = async () => {},
): Promise<NodeStatus> {
  await requireFit(request);
  return guarded(request, mark, async (made) => {
    const started = await startContainers(request, mark);
    made(started);
    const status = await boot(request, mark, started);
    await loadImages(request.engine, started.cluster.id, request.images ?? [], request);
    await finish(started.cluster.id);
    return status;
  });
}

/** Looks at the engine before anything is made on it; what is no more than a warning is told. */
async function requireFit({ engine, image, images, limits, progress }: SessionRequest): Promise<void> {
  const [facts, kubernetes] = await Promise.all([engineFacts(engine), kubernetesIn(engine, image)]);
  const findings = judgeEngine(facts, kubernetes ?? defaultKubernetes, limits);
  requireSound(findings);
  await requireImages(engine, images ?? []);
  for (const { verdict, code, message } of findings)
    if (verdict === 'warning') progress?.(`warning ${code}: ${message}`);
}

/** Waits for the cluster, and notices at once when one of the containers ends instead. */
async function boot(
  request: SessionRequest,
  mark: SessionMark,
  started: StartedSession,
): Promise<NodeStatus> {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, ...(request.signal ? [request.signal] : [])]);
  const options = { signal, progress: request.progress, timeoutSeconds: request.readyTimeoutSeconds };
  const target = { name: mark.name, container: started.cluster.id };
  const ends = [started.cluster, ...started.services].map(async ({ what, output }) => {
    await output.ended;
    throw errors.containerEnded(what, mark.name, output.text());
  });
  const ready = waitForSession(request.engine, target, options);
  try {
    return await Promise.race([ready, ...ends]);
  } finally {
    controller.abort();
  }
}

import { defaultKubernetes } from '@istio-ci/kit';
import { extraCaFiles } from './create/extra-ca.ts';
import { sessionPlan } from './create/plan.ts';
import { requireSound } from './doctor/finding.ts';
import { judgeEngine } from './doctor/judge-engine.ts';
import { sessionErrors } from './errors.ts';
import { withGuard } from './guard/with-guard.ts';
import type { SessionLabels } from './labels.ts';
import type { NodeStatus } from './node-status.ts';
import type { StartedSession } from './place/place.ts';
import { kubernetesIn, loadImages, requireImages } from './session/images.ts';
import { waitForSession } from './session/node.ts';
import type { SessionRequest } from './types.ts';

/**
 * Boots a cluster with everything that belongs to its session, under a guard from the first moment on.
 * `finish` is the last step before the guard learns that the session is complete.
 */
export async function startSession(
  request: SessionRequest,
  labels: SessionLabels,
  finish: (cluster: string) => Promise<void> = async () => {},
): Promise<NodeStatus> {
  await requireFit(request);
  const { place, signal, progress } = request;
  const plan = sessionPlan(request, labels, {
    env: process.env,
    files: await extraCaFiles(request.extraCa),
  });
  return withGuard(request, labels, async (made) => {
    const started = await place.up(plan, { signal, onLine: (line) => progress?.(line.trim()) });
    made(started);
    const { container } = started.cluster;
    const status = await boot(request, labels, started);
    await loadImages(place, container, request.images ?? [], request);
    await finish(container);
    return status;
  });
}

/** Checks the place before anything is made there. Warnings are only reported. */
async function requireFit({ place, image, images, limits, progress }: SessionRequest): Promise<void> {
  const [facts, kubernetes] = await Promise.all([place.facts(), kubernetesIn(place, image)]);
  const findings = judgeEngine(facts, kubernetes ?? defaultKubernetes, limits);
  requireSound(findings);
  await requireImages(place, images ?? []);
  for (const { verdict, code, message } of findings)
    if (verdict === 'warning') progress?.(`warning ${code}: ${message}`);
}

/** Waits for the cluster, and fails at once if one of the containers ends. */
async function boot(
  request: SessionRequest,
  { name }: SessionLabels,
  started: StartedSession,
): Promise<NodeStatus> {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, ...(request.signal ? [request.signal] : [])]);
  const options = { signal, progress: request.progress, timeoutSeconds: request.readyTimeoutSeconds };
  const target = { name, container: started.cluster.container };
  const ends = [started.cluster, ...started.services].map(async ({ what, output }) => {
    await output.ended;
    throw sessionErrors.containerEnded(what, name, output.text());
  });
  const ready = waitForSession(request.place, target, options);
  try {
    return await Promise.race([ready, ...ends]);
  } finally {
    controller.abort();
  }
}

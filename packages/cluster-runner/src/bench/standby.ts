import { errors } from '../errors.ts';
import { poolDrain, poolFill } from '../pool/fill.ts';
import { downSession } from '../session/down.ts';
import { execInSession } from '../session/node.ts';
import type { Session } from '../session/types.ts';
import { upSession } from '../session/up.ts';
import type { BenchRequest } from './boot.ts';
import { type Summary, summarize } from './statistics.ts';

export interface StandbyBench {
  /** Milliseconds that `upSession` took with a cluster of the pool, everything true again. */
  readonly handOut: Summary;
  /** Milliseconds from there until a new pod was Running. */
  readonly podRunning: Summary;
}

/** Fills the pool with one cluster, takes it, runs a pod and removes it, as often as asked; the pool is empty afterwards. */
export async function benchStandby(request: BenchRequest): Promise<StandbyBench> {
  const handOuts: number[] = [];
  const pods: number[] = [];
  try {
    for (let run = 1; run <= request.runs; run += 1) {
      request.progress?.(`standby ${run} of ${request.runs}`);
      await poolFill({ ...request, count: 1 });
      const session = await upSession({ ...request, fromPool: true });
      handOuts.push(session.boot.totalMs);
      pods.push(await timedPod(request, session));
      await downSession(request.engine, session);
    }
  } finally {
    await poolDrain(request.engine, request);
  }
  return { handOut: summarize(handOuts), podRunning: summarize(pods) };
}

/** A pod of the image that every cluster has, its own pause image. */
async function timedPod({ engine, signal }: BenchRequest, session: Session): Promise<number> {
  const begun = performance.now();
  const script = [
    'image=$(docker images --format "{{.Repository}}:{{.Tag}}" | grep pause | head -n 1)',
    'kubectl run bench --image="$image" --image-pull-policy=Never --restart=Never >/dev/null',
    'kubectl wait --for=jsonpath={.status.phase}=Running pod/bench --timeout=60s',
  ].join(' && ');
  const { exitCode, stderr } = await execInSession(engine, session, ['sh', '-c', script], { signal });
  if (exitCode !== 0) throw errors.nodeCommandFailed('kubectl run', exitCode, stderr);
  return Math.round(performance.now() - begun);
}

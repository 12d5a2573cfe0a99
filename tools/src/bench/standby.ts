import {
  downSession,
  execInSession,
  poolDrain,
  poolFill,
  type Session,
  upSession,
} from '@istio-ci/cluster-runner';
import { toolsErrors } from '../errors.ts';
import type { BenchRequest } from './boot.ts';
import { ratioOf, type Summary, summarize } from './statistics.ts';
import { timed } from './timed.ts';

export interface StandbyBench {
  /** Milliseconds that `upSession` took with a cluster of the pool, until it was ready again. */
  readonly handOut: Summary;
  /** Milliseconds from then until a new pod was Running. */
  readonly podRunning: Summary;
  /** The same two for a cluster that was booted. */
  readonly coldBoot: Summary;
  readonly coldPodRunning: Summary;
  /** A cold boot divided by a hand-out, run by run. */
  readonly ratio: Summary;
}

/**
 * Measures a cold boot and a hand-out from the pool, each with a pod; repeats that for each run. Drains the
 * pool afterwards.
 */
export async function benchStandby(request: BenchRequest): Promise<StandbyBench> {
  const cold: Start[] = [];
  const standby: Start[] = [];
  try {
    for (let run = 1; run <= request.runs; run += 1) {
      request.progress?.(`standby ${run} of ${request.runs}`);
      cold.push(await start(request, false));
      await poolFill({ ...request, count: 1, leaseSeconds: 600 });
      standby.push(await start(request, true));
    }
  } finally {
    await poolDrain(request.place, request);
  }
  const all = (starts: readonly Start[], name: keyof Start) => starts.map((each) => each[name]);
  return {
    handOut: summarize(all(standby, 'upMs')),
    podRunning: summarize(all(standby, 'podMs')),
    coldBoot: summarize(all(cold, 'upMs')),
    coldPodRunning: summarize(all(cold, 'podMs')),
    ratio: ratioOf(all(cold, 'upMs'), all(standby, 'upMs')),
  };
}

interface Start {
  readonly upMs: number;
  readonly podMs: number;
}

async function start(request: BenchRequest, fromPool: boolean): Promise<Start> {
  const session = await upSession({ ...request, fromPool });
  try {
    if (session.boot.standby !== fromPool) throw toolsErrors.poolTaken();
    return { upMs: session.boot.totalMs, podMs: await timed(() => runPod(request, session)) };
  } finally {
    await downSession(request.place, session);
  }
}

/** Runs a pod of the image that every cluster has, its pause image. */
async function runPod({ place, signal }: BenchRequest, session: Session): Promise<void> {
  const script = [
    'image=$(docker images --format "{{.Repository}}:{{.Tag}}" | grep pause | head -n 1)',
    'kubectl run bench --image="$image" --image-pull-policy=Never --restart=Never >/dev/null',
    'kubectl wait --for=jsonpath={.status.phase}=Running pod/bench --timeout=60s',
  ].join(' && ');
  const { exitCode, stderr } = await execInSession(place, session, ['sh', '-c', script], { signal });
  if (exitCode !== 0) throw toolsErrors.podNotRun(exitCode, stderr);
}

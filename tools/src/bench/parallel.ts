import { downSession, type Session, upSession } from '@istio-ci/cluster-runner';
import { messageOf } from '@istio-ci/kit';
import type { BenchRequest } from './boot.ts';
import { ratioOf, type Summary, summarize } from './statistics.ts';
import { timed } from './timed.ts';

export interface ParallelRequest extends BenchRequest {
  /** The number of sessions. */
  readonly count: number;
}

export interface ParallelBench {
  readonly sessions: number;
  /** The errors of sessions that did not start, of all runs. */
  readonly failed: readonly string[];
  /** Milliseconds until all sessions were ready, started at once. */
  readonly atOnce: Summary;
  /** Milliseconds until as many were ready, started one after the other; all stay up. */
  readonly inARow: Summary;
  /** The second divided by the first, run by run. */
  readonly ratio: Summary;
}

/** Boots sessions at once, removes them, and boots as many one after the other; repeats that for each run. */
export async function benchParallel(request: ParallelRequest): Promise<ParallelBench> {
  const failed: string[] = [];
  const measure = (boot: (up: () => Promise<void>) => Promise<unknown>) => measured(request, failed, boot);
  const ups = Array.from({ length: request.count });
  const atOnce: number[] = [];
  const inARow: number[] = [];
  for (let run = 1; run <= request.runs; run += 1) {
    request.progress?.(`parallel ${run} of ${request.runs}`);
    atOnce.push(await measure((up) => Promise.all(ups.map(up))));
    inARow.push(
      await measure(async (up) => {
        for (const _ of ups) await up();
      }),
    );
  }
  return {
    sessions: request.count,
    failed,
    atOnce: summarize(atOnce),
    inARow: summarize(inARow),
    ratio: ratioOf(inARow, atOnce),
  };
}

/** Measures some boots together, in milliseconds, and removes the sessions. */
async function measured(
  request: BenchRequest,
  failed: string[],
  boot: (up: () => Promise<void>) => Promise<unknown>,
): Promise<number> {
  const sessions: Session[] = [];
  const up = async () => {
    try {
      sessions.push(await upSession(request));
    } catch (error) {
      request.signal?.throwIfAborted();
      failed.push(messageOf(error));
    }
  };
  try {
    return await timed(() => boot(up));
  } finally {
    await Promise.all(sessions.map((session) => downSession(request.place, session)));
  }
}

import { messageOf } from '@istio-ci/kit';
import { downSession } from '../session/down.ts';
import { upSession } from '../session/up.ts';
import type { BenchRequest } from './boot.ts';
import { type Summary, summarize } from './statistics.ts';

export interface ParallelBench {
  readonly sessions: number;
  readonly failed: readonly string[];
  /** Milliseconds from the first call of `upSession` until all were ready. */
  readonly all: number;
  readonly each: Summary | undefined;
}

/** Boots as many sessions at once as `runs` says, and removes them. */
export async function benchParallel(request: BenchRequest): Promise<ParallelBench> {
  const begun = performance.now();
  const ups = await Promise.allSettled(Array.from({ length: request.runs }, () => upSession(request)));
  const all = Math.round(performance.now() - begun);
  const sessions = ups.flatMap((up) => (up.status === 'fulfilled' ? [up.value] : []));
  await Promise.all(sessions.map((session) => downSession(request.engine, session)));
  request.signal?.throwIfAborted();
  return {
    sessions: request.runs,
    failed: ups.flatMap((up) => (up.status === 'rejected' ? [messageOf(up.reason)] : [])),
    all,
    each: sessions.length === 0 ? undefined : summarize(sessions.map(({ boot }) => boot.totalMs)),
  };
}

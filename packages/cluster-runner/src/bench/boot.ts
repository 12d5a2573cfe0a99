import type { BootTimeline } from '../node-status.ts';
import { downSession } from '../session/down.ts';
import type { Session, SessionRequest } from '../session/types.ts';
import { upSession } from '../session/up.ts';
import { type Summary, summarize } from './statistics.ts';

/** What every benchmark is given: a request for sessions without name, and how often it is measured. */
export type BenchRequest = Omit<SessionRequest, 'name' | 'fromPool'> & { readonly runs: number };

export interface BootBench {
  readonly runs: readonly BootTimeline[];
  /** When each phase was done, in milliseconds since the container's start. */
  readonly phases: Readonly<Record<string, Summary>>;
  /** Until everything was true, in milliseconds since the container's start. */
  readonly ready: Summary;
  /** Milliseconds that `upSession` took. */
  readonly total: Summary;
  /** Milliseconds that `downSession` took. */
  readonly removal: Summary;
}

/** Boots and removes one session after the other. */
export async function benchBoot(request: BenchRequest): Promise<BootBench> {
  const runs: BootTimeline[] = [];
  const removals: number[] = [];
  for (let run = 1; run <= request.runs; run += 1) {
    request.progress?.(`boot ${run} of ${request.runs}`);
    const session = await upSession(request);
    runs.push(session.boot);
    removals.push(await timedRemoval(request, session));
  }
  return { ...summarizeBoots(runs), removal: summarize(removals) };
}

/** Pure: the figures of some boots. */
export function summarizeBoots(runs: readonly BootTimeline[]): Omit<BootBench, 'removal'> {
  const byName = Map.groupBy(
    runs.flatMap(({ phases }) => phases),
    ({ name }) => name,
  );
  const phases = [...byName].map(([name, all]) => [name, summarize(all.map(({ finishedMs }) => finishedMs))]);
  return {
    runs,
    phases: Object.fromEntries(phases),
    ready: summarize(runs.map(({ readyMs }) => readyMs)),
    total: summarize(runs.map(({ totalMs }) => totalMs)),
  };
}

async function timedRemoval({ engine }: Pick<BenchRequest, 'engine'>, session: Session): Promise<number> {
  const begun = performance.now();
  await downSession(engine, session);
  return Math.round(performance.now() - begun);
}

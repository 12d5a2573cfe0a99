import { type BootTimeline, downSession, type SessionRequest, upSession } from '@istio-ci/cluster-runner';
import { type Summary, summarize } from './statistics.ts';
import { timed } from './timed.ts';

/** The options of every bench: a request for sessions without names, and the number of runs. */
export type BenchRequest = Omit<SessionRequest, 'name' | 'fromPool'> & { readonly runs: number };

export interface BootBench {
  readonly runs: readonly BootTimeline[];
  /** The end of each phase, in milliseconds since the start of the container. */
  readonly phases: Readonly<Record<string, Summary>>;
  /** The time until ready, in milliseconds since the start of the container. */
  readonly ready: Summary;
  /** Milliseconds that `upSession` took. */
  readonly total: Summary;
  /** Milliseconds that `downSession` took. */
  readonly removal: Summary;
}

/** One boot and the removal after it. */
export interface MeasuredBoot {
  readonly boot: BootTimeline;
  readonly removalMs: number;
}

/** Boots and removes one session after the other. */
export async function benchBoot({ runs, ...request }: BenchRequest): Promise<BootBench> {
  const boots: MeasuredBoot[] = [];
  for (let run = 1; run <= runs; run += 1) {
    request.progress?.(`boot ${run} of ${runs}`);
    boots.push(await bootOnce(request));
  }
  return summarizeBoots(boots);
}

/** Boots a session and removes it. */
export async function bootOnce(request: Omit<BenchRequest, 'runs'>): Promise<MeasuredBoot> {
  const { boot, ...session } = await upSession(request);
  return { boot, removalMs: await timed(() => downSession(request.place, session)) };
}

/** The figures of some boots. Pure. */
export function summarizeBoots(measured: readonly MeasuredBoot[]): BootBench {
  const runs = measured.map(({ boot }) => boot);
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
    removal: summarize(measured.map(({ removalMs }) => removalMs)),
  };
}

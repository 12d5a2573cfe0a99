import { z } from 'zod';

/** What `istio-ci-node status --json` prints; times in milliseconds since the container's start. */
export const nodeStatusSchema = z.object({
  bootstrapper: z.string(),
  /** The version that the API server reports, `v1.37.2`; empty until the cluster is ready. */
  kubernetes: z.string().default(''),
  ready: z.boolean(),
  phases: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['pending', 'running', 'done', 'failed']),
      startedMs: z.number().nullish(),
      finishedMs: z.number().nullish(),
      detail: z.string().nullish(),
    }),
  ),
  failed: z
    .object({ code: z.string(), message: z.string(), remedy: z.string(), log: z.array(z.string()).nullish() })
    .nullish(),
  lease: z.object({ endsAt: z.string().nullish() }).nullish(),
});

export type NodeStatus = z.infer<typeof nodeStatusSchema>;

/** When each step of a boot began and ended, in milliseconds since the container's start. */
export interface BootTimeline {
  readonly bootstrapper: string;
  readonly phases: readonly {
    readonly name: string;
    readonly startedMs: number;
    readonly finishedMs: number;
  }[];
  /** Until the cluster was ready. */
  readonly readyMs: number;
  /** From the call of `upSession` to its return, all steps outside the container included. */
  readonly totalMs: number;
  /** True for a cluster from the pool: its phases are those of its earlier boot. */
  readonly standby: boolean;
}

/** The names of the phases that are not done yet. */
export function missingPhases(status: NodeStatus): string[] {
  return status.phases.filter(({ state }) => state !== 'done').map(({ name }) => name);
}

/** Pure: the timeline of a boot that is ready. */
export function bootTimeline(
  { bootstrapper, phases }: NodeStatus,
  { totalMs, standby }: Pick<BootTimeline, 'totalMs' | 'standby'>,
): BootTimeline {
  const done = phases.map(({ name, startedMs, finishedMs }) => ({
    name,
    startedMs: startedMs ?? 0,
    finishedMs: finishedMs ?? 0,
  }));
  const readyMs = Math.max(0, ...done.map(({ finishedMs }) => finishedMs));
  return { bootstrapper, phases: done, readyMs, totalMs, standby };
}

import { BootError, type BootTimeline, type NodeStatus, type Session } from '@istio-ci/cluster-runner';
import type { Run } from '@istio-ci/report';
import type { Pipeline } from './context.ts';
import { saveState } from './state.ts';

type Boot = NonNullable<Run['boot']>;

/** What the stage Cluster leaves in `out/state/` of a boot, also of one that did not come to its end. */
export interface BootState {
  /** When the cluster's container started; absent where nobody could tell any more. */
  readonly startedAt?: string | undefined;
  /** The release in it, `1.37.2`. */
  readonly kubernetes?: string | undefined;
  readonly phases: Boot['phases'];
}

/** Keeps how the cluster came up, for the record. */
export async function saveBoot(
  pipeline: Pipeline,
  { container, kubernetes, boot }: Session & { boot: BootTimeline },
): Promise<void> {
  const { State } = await pipeline.engine.getContainer(container).inspect();
  const phases = boot.phases.map((phase) => ({ ...phase, state: 'done' as const }));
  const state: BootState = { startedAt: State.StartedAt, kubernetes, phases };
  await saveState(pipeline, 'boot', state);
}

/** Keeps how far a boot came that failed, where the error tells. @throws the error */
export async function saveEndedBoot(pipeline: Pipeline, error: unknown): Promise<never> {
  const ended = error instanceof BootError ? error.boot : undefined;
  if (ended) {
    const state: BootState = { startedAt: ended.startedAt, phases: phasesOf(ended.status) };
    await saveState(pipeline, 'boot', state);
  }
  throw error;
}

function phasesOf({ phases }: NodeStatus): Boot['phases'] {
  return phases.map(({ name, state, startedMs, finishedMs }) => ({
    name,
    state: state === 'pending' ? 'waiting' : state,
    ...(typeof startedMs === 'number' ? { startedMs } : {}),
    ...(typeof finishedMs === 'number' ? { finishedMs } : {}),
  }));
}

/** The boot in the record of a run that began at `runStartedAt`. Pure. */
export function bootRecord({ startedAt, phases }: BootState, runStartedAt: Date): Boot {
  const started = startedAt === undefined ? runStartedAt.getTime() : Date.parse(startedAt);
  return { startSeconds: (started - runStartedAt.getTime()) / 1000, phases };
}

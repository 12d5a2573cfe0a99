import { BootError, type BootTimeline, type NodeStatus, type Session } from '@istio-ci/cluster-runner';
import type { Run } from '@istio-ci/report';
import type { RunContext } from '../context.ts';
import { type BootState, saveState } from './state.ts';

type Boot = NonNullable<Run['boot']>;

/** Saves the boot's timeline for the record. */
export async function saveBoot(
  context: RunContext,
  { name, container, kubernetes, boot }: Session & { boot: BootTimeline },
): Promise<void> {
  const cluster = await context.place.watch({ name, container }).state();
  const phases = boot.phases.map((phase) => ({ ...phase, state: 'done' as const }));
  const state: BootState = { startedAt: cluster?.startedAt, kubernetes, phases };
  await saveState(context, 'boot', state);
}

/** Saves how far a failed boot got, if the error says. @throws the error */
export async function saveEndedBoot(context: RunContext, error: unknown): Promise<never> {
  const ended = error instanceof BootError ? error.boot : undefined;
  if (ended) {
    const state: BootState = { startedAt: ended.startedAt, phases: phasesOf(ended.status) };
    await saveState(context, 'boot', state);
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

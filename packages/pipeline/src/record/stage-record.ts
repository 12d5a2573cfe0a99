import { runChain, type StageResult } from '../chain.ts';
import type { RunContext, Stage } from '../context.ts';
import type { Source } from '../source/source.ts';
import type { View } from '../view.ts';
import { type Recorded, recordRun, withoutRecord } from './record.ts';
import { readState, saveState } from './state.ts';

/** The results of a run's stages so far, each from a process of its own. */
interface StagesState {
  readonly startedAt: string;
  readonly source?: Source | undefined;
  readonly results: readonly StageResult[];
}

/**
 * Runs one stage of a run whose other stages are processes of their own, and rewrites the run's record with
 * this stage as its last.
 */
export async function recordStage(
  context: RunContext,
  name: string,
  stage: Stage,
  view: View,
): Promise<Recorded> {
  const now = new Date();
  const { results, error } = await runChain([[name, stage]], context, view);
  try {
    // Read only now, because a run's first stage removes what an older run left.
    const earlier = await readState<StagesState>(context, 'stages');
    const startedAt = earlier ? new Date(earlier.startedAt) : now;
    const startSeconds = (now.getTime() - startedAt.getTime()) / 1000;
    const all = afterStage(
      earlier?.results ?? [],
      results.map((result) => ({ ...result, startSeconds })),
    );
    const source = sourceSince(earlier?.source, context.source);
    const state: StagesState = { startedAt: startedAt.toISOString(), source, results: all };
    await saveState(context, 'stages', state);
    return await recordRun({ ...context, source }, { results: all, error }, startedAt);
  } catch (fault) {
    return withoutRecord(context, fault, error);
  }
}

/** The source as the first stage found it, before any build. A stage at another commit starts again. Pure. */
function sourceSince(first: Source | undefined, now: Source | undefined): Source | undefined {
  return first?.commit === now?.commit ? first : now;
}

/**
 * The results of a run once a stage has run. A stage that runs again replaces its result and drops those of
 * the stages after it. Pure.
 */
function afterStage(earlier: readonly StageResult[], fresh: readonly StageResult[]): readonly StageResult[] {
  const again = earlier.findIndex(({ stage }) => fresh.some((result) => result.stage === stage));
  return [...(again < 0 ? earlier : earlier.slice(0, again)), ...fresh];
}

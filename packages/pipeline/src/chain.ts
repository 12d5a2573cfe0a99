import { CiError, type ErrorRecord, errorToJson } from '@istio-ci/kit';
import type { RunContext, Stage, StageFacts, StageOutcome } from './context.ts';
import { keepEvidence } from './record/evidence.ts';

/** The stages by name, in order. */
export type Chain = readonly (readonly [name: string, stage: Stage])[];

export interface StageResult {
  readonly stage: string;
  readonly result: 'passed' | 'failed' | 'interrupted' | 'not run';
  /** Since the chain's start; absent for a stage that did not run. */
  readonly startSeconds?: number;
  readonly seconds: number;
  readonly facts: StageFacts;
  /** The images that a push pushed, for the record. */
  readonly images?: StageOutcome['images'];
  readonly error?: ErrorRecord;
}

/** Is notified when a stage starts and ends. */
export interface ChainListener {
  started(stage: string): void;
  ended(result: StageResult): void;
}

export interface ChainResult {
  readonly results: readonly StageResult[];
  /** The error that stopped the chain; the caller throws it once the session is gone. */
  readonly error?: unknown;
}

/**
 * Runs the stages in order and stops at the first that fails, whose evidence is kept. Never throws: the error
 * is part of the result.
 */
export async function runChain(
  chain: Chain,
  context: RunContext,
  listener: ChainListener,
): Promise<ChainResult> {
  const results: StageResult[] = [];
  const chainStart = performance.now();
  let error: unknown;
  for (const [stage, run] of chain) {
    if (error !== undefined) {
      results.push({ stage, result: 'not run', seconds: 0, facts: {} });
      continue;
    }
    listener.started(stage);
    const start = performance.now();
    const startSeconds = (start - chainStart) / 1000;
    const seconds = () => (performance.now() - start) / 1000;
    try {
      context.signal?.throwIfAborted();
      const { facts = {}, images } = (await run(context)) ?? {};
      const result = { stage, result: 'passed', startSeconds, seconds: seconds(), facts } as const;
      results.push(images === undefined ? result : { ...result, images });
    } catch (cause) {
      error = cause;
      const result = context.signal?.aborted ? 'interrupted' : 'failed';
      if (result === 'failed') await keepEvidence(context, stage, cause);
      const facts = cause instanceof CiError ? { code: cause.code } : {};
      results.push({ stage, result, startSeconds, seconds: seconds(), facts, error: errorToJson(cause) });
    }
    const last = results.at(-1);
    if (last) listener.ended(last);
  }
  return { results, ...(error === undefined ? {} : { error }) };
}

/** The chain up to and including `last`. */
export function upTo(chain: Chain, last: string): Chain {
  const index = chain.findIndex(([name]) => name === last);
  return index < 0 ? chain : chain.slice(0, index + 1);
}

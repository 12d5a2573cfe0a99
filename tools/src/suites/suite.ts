import type { Count } from './count.ts';

export interface SuiteContext {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** True if no suite was asked for by name. */
  readonly everyday?: boolean;
}

/**
 * A suite runs its tests, prints what it does, and counts them. It throws only if it could not run at all.
 */
export type Suite = (context: SuiteContext) => Promise<Count>;

import { randomBytes } from 'node:crypto';
import type { Count } from '../suites/count.ts';
import type { SuiteContext } from '../suites/suite.ts';

export interface CampaignContext extends SuiteContext {
  readonly runs: number;
  /** Decides every random choice. It is printed, so that a run can be repeated. */
  readonly seed: number;
}

export interface CampaignResult {
  readonly count: Count;
  /** Measurements and failures, in the form that is printed for machines. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** An operation that is repeated many times, and that may never fail. */
export interface Campaign {
  readonly description: string;
  /** The default number of runs. */
  readonly runs: number;
  readonly run: (context: CampaignContext) => Promise<CampaignResult>;
}

/** Makes a session name that no other campaign uses. */
export function newSession(): string {
  return `campaign-${randomBytes(4).toString('hex')}`;
}

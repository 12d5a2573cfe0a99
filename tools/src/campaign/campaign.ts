import { randomBytes } from 'node:crypto';
import type { Count } from '../suites/count.ts';
import type { SuiteContext } from '../suites/suite.ts';

export interface CampaignContext extends SuiteContext {
  readonly runs: number;
  /** Decides every random choice; told, so that a run can be had again. */
  readonly seed: number;
}

export interface CampaignResult {
  readonly count: Count;
  /** What was measured and what went wrong, as it is printed for machines. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** One thing done many times over, in which nothing may go wrong. */
export interface Campaign {
  readonly description: string;
  /** Where nobody says how many. */
  readonly runs: number;
  readonly run: (context: CampaignContext) => Promise<CampaignResult>;
}

/** A session's name that no other campaign has. */
export function newSession(): string {
  return `campaign-${randomBytes(4).toString('hex')}`;
}

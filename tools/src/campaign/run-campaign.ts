import type { SuiteContext } from '../suites/suite.ts';
import type { Campaign, CampaignResult } from './campaign.ts';

/** What the caller of a campaign decides; the rest has a default. */
export interface CampaignOptions extends SuiteContext {
  readonly runs?: number | undefined;
  readonly seed?: number | undefined;
}

/** Runs a campaign. Its seed is printed first, so that its random choices can be repeated however it ends. */
export async function runCampaign(
  campaign: Campaign,
  { runs = campaign.runs, seed = Date.now() % 1_000_000, say, signal }: CampaignOptions,
): Promise<CampaignResult> {
  say(`seed ${seed}`);
  return campaign.run({ runs, seed, say, signal });
}

import { bootCampaign } from './campaign/boot.ts';
import type { Campaign } from './campaign/campaign.ts';
import { killCampaign } from './campaign/kill.ts';
import { releaseCampaign } from './campaign/release.ts';
import { privilegesCampaign } from './privileges/campaign.ts';

export type { Campaign } from './campaign/campaign.ts';

/** What is done many times over, by name; short ones of the same are in the engine suite. */
export const campaigns: Readonly<Record<string, Campaign>> = {
  boot: bootCampaign,
  kill: killCampaign,
  privileges: privilegesCampaign,
  release: releaseCampaign,
};

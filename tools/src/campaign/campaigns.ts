import { privilegesCampaign } from '../privileges/campaign.ts';
import { bootCampaign } from './boot.ts';
import type { Campaign } from './campaign.ts';
import { killCampaign } from './kill.ts';
import { releaseCampaign } from './release.ts';

/** The campaigns by name. Short versions of some are in the engine suite. */
export const campaigns: Readonly<Record<string, Campaign>> = {
  boot: bootCampaign,
  kill: killCampaign,
  privileges: privilegesCampaign,
  release: releaseCampaign,
};

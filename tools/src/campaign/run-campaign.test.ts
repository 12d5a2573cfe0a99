import { expect, it } from 'vitest';
import type { Campaign } from './campaign.ts';
import { runCampaign } from './run-campaign.ts';

const broken: Campaign = {
  description: 'throws at once',
  runs: 1,
  run: () => Promise.reject(new Error('broken')),
};
const { signal } = new AbortController();

it('prints the seed of a campaign that throws', async () => {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  await expect(runCampaign(broken, { seed: 42, say, signal })).rejects.toThrow('broken');
  await expect(runCampaign(broken, { say, signal })).rejects.toThrow('broken');
  expect(lines).toEqual(['seed 42', expect.stringMatching(/^seed \d+$/)]);
});

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { summarize } from '../bench/statistics.ts';
import { countVitest } from '../suites/count.ts';
import type { Campaign, CampaignContext, CampaignResult } from './campaign.ts';

/**
 * Kills and disturbs pushes at random: runs the campaign test of release-pusher with as many seeds as
 * requested.
 */
export const releaseCampaign: Campaign = {
  description: 'kills and disturbs pushes at random; each is released as planned, or not at all',
  runs: 500,
  run: release,
};

async function release({ runs, seed, say, signal }: CampaignContext): Promise<CampaignResult> {
  const folder = join(repositoryRoot, 'packages/release-pusher');
  const report = join(folder, 'reports/no-engine.json');
  await rm(report, { force: true });
  say(`seeds ${seed} to ${seed + runs - 1}`);
  const bin = join(folder, 'node_modules/.bin');
  const env = childEnv({
    PATH: `${bin}:${process.env.PATH}`,
    ISTIO_CI_SUITE: 'no-engine',
    ISTIO_CI_CAMPAIGN_RUNS: String(runs),
    ISTIO_CI_CAMPAIGN_SEED: String(seed),
  });
  // Failed seeds are in the report. Without a report, the read below throws.
  await run(['vitest', 'run', 'test/campaign.no-engine.test.ts'], {
    cwd: folder,
    env,
    signal,
    onLine: say,
  }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
  });
  const text = await readFile(report, 'utf8');
  return { count: countVitest(text), figures: { campaign: 'release', seed, runs, ...figuresOf(text) } };
}

/** The milliseconds for each seed, and the seeds that failed. */
function figuresOf(report: string) {
  const { testResults } = JSON.parse(report) as {
    testResults: { assertionResults: { title: string; status: string; duration?: number }[] }[];
  };
  const seeds = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = seeds.filter(({ status }) => status !== 'passed').map(({ title }) => title);
  return { each: summarize(seeds.map(({ duration }) => Math.round(duration ?? 0))), failed };
}

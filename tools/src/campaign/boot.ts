import { formatSeconds } from '@istio-ci/kit';
import { summarize } from '../bench/statistics.ts';
import { cli, lastEvent } from '../cli.ts';
import { leftovers } from '../leftovers.ts';
import { type Campaign, type CampaignContext, type CampaignResult, newSession } from './campaign.ts';

interface Boot {
  /** Milliseconds that `up` took inside its process; undefined if it failed. */
  readonly ms: number | undefined;
  readonly problem: string | undefined;
}

/** Boots and removes clusters one after the other; none may fail. */
export const bootCampaign: Campaign = {
  description: 'boots and removes clusters in a row; each must be ready and leave nothing behind',
  runs: 50,
  run: boot,
};

async function boot({ runs, say, signal }: CampaignContext): Promise<CampaignResult> {
  const boots: Boot[] = [];
  for (let run = 1; run <= runs; run += 1) {
    signal.throwIfAborted();
    const result = await bootOnce();
    boots.push(result);
    const time = result.ms === undefined ? 'failed' : formatSeconds(result.ms / 1000);
    say(`${run} of ${runs}: ${time}${result.problem === undefined ? '' : `, ${result.problem}`}`);
  }
  const failed = boots.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const times = boots.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const figures = times.length === 0 ? {} : { ready: summarize(times) };
  return {
    count: { passed: runs - failed.length, failed: failed.length, skipped: 0 },
    figures: { campaign: 'boot', runs, ...figures, failed },
  };
}

async function bootOnce(): Promise<Boot> {
  const name = newSession();
  const up = await cli(['up', name, '--json', '--lease', '10', '--owner', String(process.pid)]);
  if (up.exitCode !== 0) return { ms: undefined, problem: up.stderr.trim() };
  const { boot } = lastEvent<{ session: { boot: { totalMs: number } } }>(up).session;
  const health = await cli(['exec', name, '--', 'istio-ci-node', 'healthcheck']);
  await cli(['down', name]);
  const left = await leftovers(name);
  const problems = [health.exitCode === 0 ? '' : health.stderr.trim(), left.join('; ')].filter(Boolean);
  return { ms: boot.totalMs, problem: problems.length === 0 ? undefined : problems.join('; ') };
}

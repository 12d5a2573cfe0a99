import { formatSeconds } from '@istio-ci/kit';
import { summarize } from '../bench/statistics.ts';
import type { Campaign, CampaignContext, CampaignResult } from './campaign.ts';
import { randomFrom } from './random.ts';
import { type Moment, type Scenario, scenarios } from './scenarios.ts';
import { beginTrial } from './trial.ts';

/** The promised limit: everything of a session is gone this long after its end, in milliseconds. */
const limitMs = 15_000;

interface Killed {
  readonly scenario: string;
  /** Milliseconds after the start. */
  readonly after: number;
  readonly moment: Moment;
  /** Milliseconds until nothing was left. */
  readonly gone: number;
  readonly left: readonly string[];
}

/** Kills processes with SIGKILL at random moments; soon after, nothing that they made may be left. */
export const killCampaign: Campaign = {
  description: 'kills processes that start or own clusters at random moments; nothing may be left after 15 s',
  runs: 50,
  run: kill,
};

async function kill({ runs, seed, say, signal }: CampaignContext): Promise<CampaignResult> {
  const random = randomFrom(seed);
  const upMs = await timeOfUp();
  say(`up takes ${formatSeconds(upMs / 1000)} now`);
  const killed: Killed[] = [];
  for (let run = 0; run < runs; run += 1) {
    signal.throwIfAborted();
    const scenario = scenarios[run % scenarios.length];
    if (scenario === undefined) break;
    const result = await killOnce(scenario, Math.round(random() * scenario.within * upMs));
    killed.push(result);
    say(`${run + 1} of ${runs}: ${sentence(result)}`);
  }
  const failed = killed.filter(({ left }) => left.length > 0);
  return {
    count: { passed: killed.length - failed.length, failed: failed.length, skipped: 0 },
    figures: { campaign: 'kill', seed, runs, gone: summarize(killed.map(({ gone }) => gone)), failed },
  };
}

async function killOnce(scenario: Scenario, after: number): Promise<Killed> {
  await using trial = await beginTrial();
  const moment = await scenario.run(trial, after);
  // A warm cluster stays in the pool by design, so it is removed here.
  if (moment === 'warm') await trial.traces.clear();
  const { left, ms } = await trial.traces.gone(limitMs);
  return { scenario: scenario.name, after, moment, gone: ms, left };
}

/** Milliseconds that `up` takes from the start of its process. The random moments are chosen within it. */
async function timeOfUp(): Promise<number> {
  await using trial = await beginTrial();
  const begun = performance.now();
  const up = trial.cli('up', trial.session, '--lease', '10');
  if ((await up.ended) !== 0) throw new Error(`up failed: ${up.output()}`);
  return performance.now() - begun;
}

function sentence({ scenario, after, moment, gone, left }: Killed): string {
  const when = `${scenario} killed after ${formatSeconds(after / 1000)}, ${moment}`;
  if (left.length === 0) return `${when}: nothing left after ${formatSeconds(gone / 1000)}`;
  return `${when}: after ${formatSeconds(gone / 1000)} there is still ${left.join('; ')}`;
}

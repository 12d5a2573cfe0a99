import { bootCampaign } from '@istio-ci/tools/campaign/boot';
import { killCampaign } from '@istio-ci/tools/campaign/kill';
import { runCampaign } from '@istio-ci/tools/campaign/run-campaign';
import { describe, expect, it } from 'vitest';

// Short versions; `./istio-ci test --campaign NAME --runs 50` runs a long one.
describe('a short campaign', () => {
  it.each([
    ['kill', killCampaign, 5],
    ['boot', bootCampaign, 2],
  ] as const)(
    '%s passes',
    async (_, campaign, runs) => {
      const lines: string[] = [];
      // Printed at once: the seed must be known however the campaign ends.
      const say = (line: string) => {
        lines.push(line);
        process.stdout.write(`${line}\n`);
      };
      const { count } = await runCampaign(campaign, { runs, say, signal: AbortSignal.timeout(300_000) });
      expect(count, lines.join('\n')).toEqual({ passed: runs, failed: 0, skipped: 0 });
    },
    300_000,
  );
});

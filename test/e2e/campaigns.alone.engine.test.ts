import { campaigns } from '@istio-ci/tools/campaign/campaigns';
import { describe, expect, it } from 'vitest';

// Short versions; `./istio-ci test --campaign NAME --runs 50` is the real thing.
describe('the short campaign', () => {
  it.each([
    ['kill', 5],
    ['boot', 2],
  ])(
    '%s goes well %i times',
    async (name, runs) => {
      const lines: string[] = [];
      const seed = Date.now() % 1_000_000;
      const context = {
        runs,
        seed,
        say: (line: string) => void lines.push(line),
        signal: AbortSignal.timeout(300_000),
      };
      const result = await campaigns[name]?.run(context);
      expect(result?.count, lines.join('\n')).toEqual({ passed: runs, failed: 0, skipped: 0 });
    },
    300_000,
  );
});

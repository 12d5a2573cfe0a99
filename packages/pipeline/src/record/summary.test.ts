import type { Run } from '@istio-ci/report';
import { expect, it } from 'vitest';
import { summary } from './summary.ts';

const run: Run = {
  schemaVersion: 1,
  distribution: 'acme',
  buildTag: 'acme-1',
  result: 'failed',
  startedAt: '2026-11-23T10:00:00.000Z',
  finishedAt: '2026-11-23T10:01:05.000Z',
  versions: { istioCi: '0.1.0', node: '24.21.0' },
  stages: [
    {
      name: 'envoy',
      result: 'passed',
      seconds: 4.1,
      facts: { pin: `${'9'.repeat(40)} (src/istio.io/istio.deps:7)` },
    },
    { name: 'test', result: 'failed', seconds: 61, facts: { code: 'STAGE_FAILED' } },
    { name: 'push', result: 'not run', seconds: 0, facts: {} },
  ],
  tests: [],
  images: [],
  reproduce: [],
};

it('the summary has a line for each stage and one for the whole', () => {
  const lines = summary(run).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toBe('  test        failed      1 min 01 s  code STAGE_FAILED');
  expect(lines[3]).toBe('  total       failed      1 min 05 s');
});

it('the summary says of a dry run that it was one', () => {
  expect(
    summary({ ...run, dryRun: true }, 80)
      .split('\n')
      .at(-1),
  ).toBe('  total       failed      1 min 05 s  a dry run: nothing was pushed');
});

it('the summary fits the terminal, and says the same there', () => {
  const lines = summary(run, 80).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join('').replaceAll(/\s+/g, '')).toBe(summary(run).replaceAll(/\s+/g, ''));
});

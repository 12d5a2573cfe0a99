import { describe, expect, it } from 'vitest';
import type { StageResult } from '../chain.ts';
import { runResult } from './record.ts';
import { summary } from './summary.ts';

const stage = (name: string, change: Partial<StageResult> = {}): StageResult => ({
  stage: name,
  result: 'passed',
  seconds: 1,
  facts: {},
  ...change,
});

describe('runResult', () => {
  it('has failed when a stage has', () => {
    expect(runResult([stage('check', { result: 'failed' }), stage('push', { result: 'not run' })])).toBe(
      'failed',
    );
  });

  it('distinguishes an interrupted run from a failed one', () => {
    expect(runResult([stage('check', { result: 'interrupted' })])).toBe('interrupted');
  });
});

describe('summary', () => {
  it('shows each stage with its time and a line a fact', () => {
    const times = { startedAt: '2026-11-23T00:00:00Z', finishedAt: '2026-11-23T00:00:05Z' };
    const stages = [{ name: 'push', result: 'passed', seconds: 2.5, facts: { digest: ['a', 'b'] } }];
    const text = summary({ ...times, result: 'passed', stages } as never);
    expect(text.split('\n')).toEqual([
      '  push        passed      2.5 s       digest a',
      '                                      digest b',
      '  total       passed      5.0 s',
    ]);
  });
});

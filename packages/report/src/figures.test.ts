import { describe, expect, it } from 'vitest';
import { failedRun, interruptedRun, passedRun } from '../test/sample-runs.ts';
import { bootMs, countTests, endingStage, failedCases, runSeconds, waits } from './figures.ts';

describe('the figures of a run', () => {
  it('time it from its start to its end', () => {
    expect(runSeconds(passedRun())).toBe(596);
  });

  it('name the stage that ended it, or none if all passed', () => {
    expect([passedRun(), failedRun(), interruptedRun()].map((run) => endingStage(run)?.name)).toEqual([
      undefined,
      'test',
      'cluster',
    ]);
  });

  it('count its tests by result', () => {
    expect(countTests(failedRun().tests.flatMap(({ cases }) => cases))).toMatchObject({
      total: 200,
      passed: 193,
      failed: 2,
      errors: 1,
      skipped: 4,
    });
  });

  it('have the suite of each failed test, those that could not run among them', () => {
    expect(failedCases(failedRun().tests).map(({ suite, status }) => [suite, status])).toEqual([
      ['acme end to end', 'failed'],
      ['acme end to end', 'failed'],
      ['acme end to end', 'error'],
    ]);
  });

  it('report how long each stage waited for its start', () => {
    const of = (startSeconds: number | undefined, seconds: number) => ({
      name: 's',
      result: 'passed' as const,
      startSeconds,
      seconds,
      facts: {},
    });
    expect(waits([of(2, 3), of(5.01, 1), of(10, 1), of(undefined, 0)])).toEqual([
      2,
      0,
      expect.closeTo(3.99),
      0,
    ]);
  });

  it('report how long the boot took, once every phase has ended', () => {
    expect([passedRun(), interruptedRun()].map(({ boot }) => boot && bootMs(boot))).toEqual([
      6843,
      undefined,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { closingLine, countGo, countVitest, needsMinikubeLines, noTests, sum } from './count.ts';

const vitest = (change: object) =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    success: true,
    testResults: [],
    ...change,
  });

describe('countVitest', () => {
  it('returns the numbers of the report', () => {
    expect(countVitest(vitest({ numFailedTests: 2, success: false, numPendingTests: 1 }))).toEqual({
      passed: 3,
      failed: 2,
      skipped: 1,
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countVitest(vitest({ success: false, testResults })).failed).toBe(1);
  });

  it('lists tests that need minikube separately: they are neither passed nor skipped', () => {
    const assertionResults = [
      { status: 'skipped', fullName: 'a cluster (needs minikube) runs a pod' },
      { status: 'skipped', fullName: 'another test' },
      { status: 'passed', fullName: 'a cluster (needs minikube) was given it' },
    ];
    const testResults = [{ status: 'passed', assertionResults }];
    const count = countVitest(vitest({ numPendingTests: 2, testResults }));
    expect(count).toEqual({
      passed: 3,
      failed: 0,
      skipped: 1,
      needsMinikube: ['a cluster (needs minikube) runs a pod'],
    });
    expect(needsMinikubeLines(sum([count, noTests]))).toEqual([
      'not run, needs minikube (MINIKUBE_BINARY and CRICTL_BINARY): 1',
      '  - a cluster (needs minikube) runs a pod',
    ]);
    expect(needsMinikubeLines(noTests)).toEqual([]);
  });

  it('counts a report without success as a failure', () => {
    expect(countVitest(vitest({ success: false })).failed).toBe(1);
  });
});

describe('countGo', () => {
  it('counts tests, not packages', () => {
    const lines = [
      '{"Action":"pass","Package":"a","Test":"T"}',
      '{"Action":"pass","Package":"a"}',
      '{"Action":"fail","Package":"b","Test":"U"}',
      '{"Action":"fail","Package":"b"}',
    ];
    expect(countGo(lines.join('\n'))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a package that does not build as a failure', () => {
    expect(countGo('# a\nsyntax error\n{"Action":"fail","Package":"a"}').failed).toBe(1);
  });
});

describe('closingLine', () => {
  it('has the form that CI reads', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  });

  it('names skipped tests if there are any', () => {
    expect(closingLine(sum([noTests, { passed: 1, failed: 1, skipped: 2 }]))).toBe(
      '1 passed, 1 failed, 2 skipped',
    );
  });
});

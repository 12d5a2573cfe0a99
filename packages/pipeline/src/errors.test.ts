import { causesOf } from '@istio-ci/kit';
import { expect, it } from 'vitest';
import { pipelineErrors } from './errors.ts';

it('failed tests are listed by name, the first with its message', () => {
  const failed = [
    {
      name: 'TestRoutes',
      seconds: 1,
      status: 'failed',
      message: 'Failed',
      output: 'routes_test.go:7: got v1, want v2',
    },
    { name: 'TestMirror', seconds: 1, status: 'error', message: 'panic: nil' },
  ] as const;
  const error = pipelineErrors.testsFailed(failed, '/ws/out/junit');
  expect(error.message).toBe('2 tests failed: TestRoutes, TestMirror.');
  expect(causesOf(error)).toEqual(['TestRoutes said\n    Failed\n    routes_test.go:7: got v1, want v2']);
});

it('a test that failed without a word has no cause that is empty', () => {
  const error = pipelineErrors.testsFailed([{ name: 'TestRoutes', seconds: 1, status: 'failed' }], '/ws');
  expect(causesOf(error)).toEqual([]);
});

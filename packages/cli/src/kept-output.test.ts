import { CiError, errorToJson } from '@istio-ci/kit';
import { expect, it } from 'vitest';
import { withPlaces } from './kept-output.ts';

it('an error that names files of a workspace names their new place, also in the record', () => {
  const error = new CiError({
    code: 'STAGE_FAILED',
    kind: 'failed',
    message: 'Stage test failed.',
    remedy: 'The whole output is in /tmp/ws/out/logs/test.log; later stages did not run.',
    cause: new Error('it said\n    FAIL'),
  });
  error.evidence = '/tmp/ws/out/evidence/test.tgz';
  const stage = {
    stage: 'test',
    result: 'failed',
    seconds: 1,
    facts: {},
    error: errorToJson(error),
  } as const;
  const kept = withPlaces({ results: [stage], error }, '/tmp/ws/out', '/src/istio-ci/out/demo');
  expect(kept.error).toMatchObject({
    code: 'STAGE_FAILED',
    exitCode: 1,
    remedy: 'The whole output is in /src/istio-ci/out/demo/logs/test.log; later stages did not run.',
    evidence: '/src/istio-ci/out/demo/evidence/test.tgz',
    cause: error.cause,
  });
  expect(kept.results[0]?.error).toEqual(errorToJson(kept.error));
  expect(JSON.stringify(kept)).not.toContain('/tmp/ws');
});

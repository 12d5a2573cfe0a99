import { CiError, describeError } from '@istio-ci/kit';
import { expect, it } from 'vitest';
import { redactError } from './redact-error.ts';
import { redactor } from './redactor.ts';

it('no text of an error or its causes shows a secret, not even its stack', () => {
  const secret = 'hunter2/Very+Secret';
  const cause = new Error(`curl -u robot:${secret}: exited 1`);
  const error = new CiError({
    code: 'STAGE_FAILED',
    kind: 'failed',
    message: `login with ${Buffer.from(`robot:${secret}`).toString('base64')} failed`,
    remedy: `Try ${encodeURIComponent(secret)}`,
    cause,
  });
  const text = describeError(redactError(error, redactor([secret])), true);
  expect(text).toMatch(
    /^error STAGE_FAILED: login with \S*\[redacted\]\S* failed\n {2}because: curl -u robot:\[redacted\]/,
  );
  expect(text).toContain('remedy:  Try [redacted]');
  expect(text).not.toContain('Very');
});

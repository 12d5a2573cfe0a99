import { describe, expect, it } from 'vitest';
import { readMissing } from './health.ts';

describe('readMissing', () => {
  it('reads the parts and reasons that the node reports', () => {
    const missing = [
      { name: 'dns', reason: 'lookup: i/o timeout; tried twice' },
      { name: 'docker', reason: 'EOF' },
    ];
    const stdout = `${JSON.stringify({ ready: false, missing })}\n`;
    expect(readMissing({ stdout, stderr: 'istio-ci-node: NODE_NOT_READY: any words at all' })).toEqual(
      missing,
    );
  });

  it.each([
    ['the node of an older istio-ci, which ignores --json', ''],
    ['a node that names nothing', '{"ready":false,"missing":[]}'],
  ])('takes the whole error text of %s', (_, stdout) => {
    const stderr =
      'istio-ci-node: NODE_NOT_READY: The cluster is not ready: dns: i/o timeout. Wait longer.\n';
    expect(readMissing({ stdout, stderr })).toEqual([{ name: 'healthcheck', reason: stderr.trim() }]);
  });

  it('takes what a command printed to standard output if it printed nothing else', () => {
    const stdout = 'OCI runtime exec failed: istio-ci-node: executable file not found\n';
    expect(readMissing({ stdout, stderr: '' })).toEqual([{ name: 'healthcheck', reason: stdout.trim() }]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onTerminal } from './harness/terminal.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-terminal-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('on a terminal, a command that fails before its first stage', () => {
  it.each(['run', 'stage'])('ends at once with its error: %s', { timeout: 60_000 }, async (command) => {
    const result = await onTerminal([command, 'check', '--distribution', root], { timeoutMs: 20_000 });
    expect(result).toMatchObject({ exitCode: 2, timedOut: false });
    expect(result.output).toContain('error DISTRIBUTION_MISSING: ');
  });
});

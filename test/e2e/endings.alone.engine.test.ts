import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { beginTrial } from '@istio-ci/tools/campaign/trial';
import { cli } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { describe, expect, it } from 'vitest';

/** The promised limit: everything is gone this long after the end, in milliseconds. */
const limitMs = 15_000;

const patience = { timeout: 60_000, interval: 50 };

describe('a terminal that is closed', () => {
  it('ends what was starting in it', async () => {
    await using trial = await beginTrial();
    const terminal = trial.terminal(`cli up ${trial.session}`);
    await expect.poll(() => leftovers(trial.session), patience).not.toEqual([]);
    terminal.kill();
    expect((await trial.traces.gone(limitMs)).left).toEqual([]);
  });

  it('ends the session that its shell owned', async () => {
    await using trial = await beginTrial();
    const terminal = trial.terminal(`cli up ${trial.session} --owner $$ && sleep 600`);
    const ready = async () => (await cli(['wait', trial.session, '--timeout', '1'])).exitCode;
    await expect.poll(ready, patience).toBe(0);
    terminal.kill();
    expect((await trial.traces.gone(limitMs)).left).toEqual([]);
  });
});

describe('run --keep', () => {
  it('leaves the session running until it is removed', async () => {
    await using trial = await beginTrial();
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const run = trial.cli('run', 'check', '-d', workspace.root, '--build-tag', trial.session, '--keep');
    expect(await run.ended, run.output()).toBe(0);
    expect((await cli(['status', trial.session])).stdout).toContain('ready');
    await cli(['down', trial.session]);
    expect((await trial.traces.gone(limitMs)).left).toEqual([]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { longSuite } from './long-suite.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'istio-ci-long-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** Runs the suite and returns how many tests ran, and what was printed. */
async function run(inputs: string, everyday: boolean, failed = 0) {
  const said: string[] = [];
  const context = { signal: AbortSignal.timeout(10_000), say: (line: string) => said.push(line), everyday };
  const count = await longSuite('long', inputs, context, async () => ({ passed: 3, failed, skipped: 0 }));
  return { ran: count.passed, said: said.join() };
}

describe('a long suite', () => {
  it('runs whenever it is named', async () => {
    expect(await run('a', false)).toEqual({ ran: 3, said: '' });
    expect(await run('a', false)).toEqual({ ran: 3, said: '' });
  });

  it('is left out of the everyday run if it never passed, and says how to run it', async () => {
    expect(await run('a', true)).toMatchObject({
      ran: 0,
      said: expect.stringContaining('never passed on this machine; ./istio-ci test --suite long'),
    });
  });

  it('is left out until its inputs change', async () => {
    await run('a', false);
    expect(await run('a', true)).toMatchObject({
      ran: 0,
      said: expect.stringContaining('inputs have not changed'),
    });
    expect(await run('b', true)).toMatchObject({ ran: 3, said: expect.stringContaining('have changed') });
    expect((await run('b', true)).ran).toBe(0);
  });

  it('runs again each day until it passes', async () => {
    await run('a', false);
    await run('b', true, 1);
    expect((await run('b', true)).ran).toBe(3);
  });
});

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFrom, listFrom } from '../src/builder.ts';
import { connectEngine } from '../src/engine/connect.ts';
import { containerRunning, cuttableSocket, type SmallCatalogue, smallCatalogue } from './small-catalogue.ts';

const engine = connectEngine();
let small: SmallCatalogue;

beforeEach(() => {
  small = smallCatalogue(engine);
});

afterEach(() => small[Symbol.asyncDispose]());

/** Builds one image on base from this Dockerfile body. */
function buildOne(body: string, options: { signal?: AbortSignal; diskMiB?: number } = {}) {
  small.write(`images/${small.name}/Dockerfile`, `ARG BASE_IMAGE\nFROM \${BASE_IMAGE}\n${body}\n`);
  const catalogue = small.with({ name: small.name, from: 'base', diskMiB: options.diskMiB ?? 1 });
  const run = () => buildFrom(catalogue, [small.name], { engine, signal: options.signal });
  return { catalogue, run };
}

describe('buildFrom', () => {
  it('builds and labels a missing image, and builds nothing the second time', async () => {
    const { catalogue, run } = buildOne('RUN echo hello > /hello');
    const [first] = (await run()).filter(({ name }) => name === small.name);
    expect(first).toMatchObject({ built: true });
    expect(await run()).toEqual([{ name: small.name, ref: first?.ref, built: false, seconds: 0 }]);
    const { Config } = await engine.getImage(first?.ref ?? '').inspect();
    expect(Config.Labels).toMatchObject({
      'dev.istio-ci.image': small.name,
      'dev.istio-ci.inputs': first?.ref.split(':')[1],
    });
    const states = await listFrom(catalogue, { engine });
    expect(states.find(({ name }) => name === small.name)).toMatchObject({ present: true, ref: first?.ref });
  });

  it('keeps the old tag if a changed input makes a new one', async () => {
    const [before] = await buildOne('RUN true').run();
    const [after] = await buildOne('RUN :').run();
    expect(after?.ref).not.toBe(before?.ref);
    await engine.getImage(before?.ref ?? '').inspect();
  });

  it('fails with the failed step and its last lines, and sets no tag', async () => {
    const { catalogue, run } = buildOne('RUN echo about to fail >&2; exit 7');
    const error = await run().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'BUILD_STEP_FAILED', cause: { stepExitCode: 7 } });
    expect(String(error)).toMatch(/failed at: 3\/\d+ : RUN echo about to fail/);
    expect(String(error)).toContain('| about to fail');
    const states = await listFrom(catalogue, { engine });
    expect(states.find(({ name }) => name === small.name)).toMatchObject({ present: false });
  });

  it('fails when the connection to the engine is cut in the middle of a step', async () => {
    using socket = cuttableSocket(join(small.root, 'engine.sock'));
    const marker = `sleep 3600 # ${small.name}`;
    const { catalogue } = buildOne(`RUN ${marker}`);
    const cut = connectEngine({ socketPath: socket.path });
    const building = buildFrom(catalogue, [small.name], { engine: cut }).catch((caught: unknown) => caught);
    await expect.poll(() => containerRunning(engine, marker), { timeout: 60_000 }).toBeDefined();
    socket.cut();
    expect(await building).toMatchObject({ code: 'BUILD_STEP_FAILED' });
    await expect.poll(() => containerRunning(engine, marker), { timeout: 30_000 }).toBeUndefined();
  });

  it('fails on an invalid Dockerfile', async () => {
    await expect(buildOne('NONSENSE').run()).rejects.toMatchObject({ code: 'BUILD_STEP_FAILED' });
  });

  it('refuses to start if there is no room', async () => {
    const huge = buildOne('RUN true', { diskMiB: 1024 ** 3 });
    await expect(huge.run()).rejects.toMatchObject({ code: 'DISK_TOO_SMALL' });
  });

  it('stops on abort and leaves no container and no tag', async () => {
    const controller = new AbortController();
    const marker = `sleep 3600 # ${small.name}`;
    const { catalogue, run } = buildOne(`RUN ${marker}`, { signal: controller.signal });
    const building = expect(run()).rejects.toThrow('stopped by the test');
    await expect.poll(() => containerRunning(engine, marker), { timeout: 60_000 }).toBeDefined();
    controller.abort(new Error('stopped by the test'));
    await building;
    await expect.poll(() => containerRunning(engine, marker), { timeout: 30_000 }).toBeUndefined();
    const states = await listFrom(catalogue, { engine });
    expect(states.find(({ name }) => name === small.name)).toMatchObject({ present: false });
  });

  it('builds once if two processes need the same image', async () => {
    const { catalogue } = buildOne('RUN sleep 2');
    const script = `
      const { buildFrom } = await import(${JSON.stringify(new URL('../src/builder.ts', import.meta.url).href)});
      const catalogue = { ...${JSON.stringify(catalogue)}, binarySets: [] };
      console.log(JSON.stringify(await buildFrom(catalogue, ['${small.name}'], {})));`;
    const one = () =>
      text(
        spawn(process.execPath, ['--input-type=module', '-e', script], {
          cwd: import.meta.dirname,
          stdio: ['ignore', 'pipe', 'inherit'],
        }).stdout,
      );
    const results = (await Promise.all([one(), one()])).map((line) => JSON.parse(line)[0].built);
    expect(results.sort()).toEqual([false, true]);
  });
});

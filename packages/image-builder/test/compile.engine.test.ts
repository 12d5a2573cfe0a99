import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFrom } from '../src/builder.ts';
import type { Catalogue } from '../src/catalogue.ts';
import { removeCompileCaches } from '../src/compile.ts';
import { connectEngine } from '../src/engine/connect.ts';
import { type SmallCatalogue, smallCatalogue } from './small-catalogue.ts';

const engine = connectEngine();
let small: SmallCatalogue;
let catalogue: Catalogue;

/** An image that runs a compiled program as its only build step. */
beforeEach(() => {
  small = smallCatalogue(engine);
  small.write('program/go.mod', 'module test.local/hello\n\ngo 1.24\n');
  small.write('program/main.go', 'package main\n\nfunc main() { println("compiled") }\n');
  small.write(
    `images/${small.name}/Dockerfile`,
    `ARG BASE_IMAGE\nFROM \${BASE_IMAGE}\nCOPY bin/hello /hello\nRUN /hello\n`,
  );
  const binaries = [{ set: small.name, files: ['hello'] }];
  catalogue = small.with({ name: small.name, from: 'base', binaries, diskMiB: 1 });
});

afterEach(() => small[Symbol.asyncDispose]());

/** A compile that was stopped leaves them, to go on from. */
afterAll(() => removeCompileCaches(engine));

const build = (signal?: AbortSignal) => buildFrom(catalogue, [small.name], { engine, signal });

/** The container that compiles this test's program. */
async function compiling() {
  const filters = { label: [`dev.istio-ci.compile=${small.name}`] };
  return (await engine.listContainers({ all: true, filters }))[0];
}

describe('compiled programs', () => {
  it('are compiled in a container, put into the image, and kept in the cache', async () => {
    const [built] = (await build()).filter(({ name }) => name === small.name);
    expect(built?.built).toBe(true);
    expect(await compiling()).toBeUndefined();
    await engine.getImage(built?.ref ?? '').remove();
    const messages: string[] = [];
    await buildFrom(catalogue, [small.name], { engine, progress: (message) => messages.push(message) });
    expect(messages.join('\n')).not.toContain('compiling');
    expect(messages.join('\n')).toContain(`${small.name}: `);
  });

  it("fail with the compiler's words", async () => {
    small.write('program/main.go', 'package main\n\nfunc main() { undefinedThing() }\n');
    const error = await build().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'COMPILE_FAILED' });
    expect(String(error)).toContain('undefined: undefinedThing');
    expect(await compiling()).toBeUndefined();
  });

  it('fail if the module makes no program of the requested name', async () => {
    small.write('program/go.mod', 'module test.local/other\n\ngo 1.24\n');
    await expect(build()).rejects.toMatchObject({ code: 'COMPILE_OUTPUT_MISSING' });
  });

  it('leave no container on abort', async () => {
    const controller = new AbortController();
    const building = expect(build(controller.signal)).rejects.toThrow('stopped by the test');
    await expect.poll(compiling, { timeout: 60_000 }).toMatchObject({ State: 'running' });
    controller.abort(new Error('stopped by the test'));
    await building;
    expect(await compiling()).toBeUndefined();
  });

  it('leave no container when the process that compiles is killed', async () => {
    const script = `
      const { connectEngine, withContainer } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)});
      const options = { Image: process.argv[1], Labels: { 'dev.istio-ci.compile': '${small.name}' } };
      await withContainer(connectEngine(), options, () => new Promise(() => setInterval(() => {}, 1000)));`;
    const [base] = await buildFrom(small, ['base'], { engine });
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script, base?.ref ?? ''], {
      cwd: import.meta.dirname,
      stdio: 'inherit',
    });
    await expect.poll(compiling, { timeout: 30_000 }).toMatchObject({ State: 'running' });
    owner.kill('SIGKILL');
    await expect.poll(compiling, { timeout: 30_000 }).toBeUndefined();
  });
});

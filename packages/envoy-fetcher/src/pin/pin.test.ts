import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../test/scene.ts';
import { type PinRequest, pinOrigin, resolvePin } from './pin.ts';

const one = '76ed00adea006e25878f20daa58c456848243999';
const two = '0a12a02f0db52f6d229ec0fbe0f2091e1c02098b';
const dockerfile = 'pilot/docker/Dockerfile.proxy_debug';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-pin-'));
});
afterEach(() => rm(root, { recursive: true }));

const put = async (file: string, text: string) => {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
};
const deps = (sha: unknown, name = 'PROXY_REPO_SHA') =>
  JSON.stringify(
    [
      { _comment: '', name: 'OTHER', lastStableSHA: one },
      { name, file: '', lastStableSHA: sha },
    ],
    null,
    2,
  );
const resolve = (sources: PinRequest['sources'], name?: 'ztunnel') =>
  resolvePin({ root, sources, ...(name && { name }) });
const failed = (sources: PinRequest['sources'], name?: 'ztunnel') => failureOf(resolve(sources, name));

describe('resolvePin', () => {
  it('reads the Dockerfile line of 0.3 to 0.6', async () => {
    await put(
      dockerfile,
      `# Change this and WORKSPACE together\nFROM gcr.io/istio-testing/envoy-debug:${one}\nADD x /\n`,
    );
    const pin = await resolve('auto');
    expect(pin).toEqual({
      name: 'envoy',
      sha: one,
      flavour: 'debug',
      file: dockerfile,
      line: 2,
      era: '0.3-0.6',
    });
    expect(pinOrigin(pin)).toBe(`${dockerfile}:2`);
  });

  it('finds the pin in the GOPATH layout as well', async () => {
    await put(`src/istio.io/istio/${dockerfile}`, `FROM gcr.io/istio-testing/envoy-debug:${one}\n`);
    expect((await resolve('auto')).sha).toBe(one);
  });

  it('takes the release build from a Dockerfile that names envoy', async () => {
    await put('Dockerfile.proxy', `FROM gcr.io/istio-testing/envoy:${one}\r\n`);
    expect(await resolve({ dockerfile: 'Dockerfile.proxy' })).toMatchObject({ sha: one, flavour: 'alpha' });
  });

  it('reads the WORKSPACE of 0.3 and 0.4', async () => {
    await put('WORKSPACE', `#\nISTIO_PROXY_BUCKET = "${one}"  # from postsubmit\n\nhttp_file(\n`);
    expect(await resolve({ workspace: 'WORKSPACE' })).toMatchObject({ sha: one, flavour: 'debug', line: 2 });
  });

  it('reads istio.deps as JSON and reports the line', async () => {
    await put('istio.deps', deps(two));
    expect(await resolve('auto')).toMatchObject({
      sha: two,
      flavour: 'alpha',
      file: 'istio.deps',
      line: 10,
      era: '0.7+',
    });
  });

  it('reads the pin of ztunnel from the same file', async () => {
    await put('istio.deps', deps(two, 'ZTUNNEL_REPO_SHA'));
    expect(await resolve('auto', 'ztunnel')).toMatchObject({ name: 'ztunnel', sha: two, flavour: 'release' });
  });

  it('accepts a pin in the configuration', async () => {
    const pin = await resolve({ sha: one, flavour: 'debug' });
    expect(pin).toEqual({ name: 'envoy', sha: one, flavour: 'debug', era: 'explicit' });
    expect(pinOrigin(pin)).toBe('the configuration');
  });

  it('accepts several lines with the same pin, and `AS` with a stage', async () => {
    await put(
      dockerfile,
      `FROM --platform=linux/amd64 a/envoy-debug:${one} AS envoy\nFROM a/envoy-debug:${one}\n`,
    );
    expect(await resolve({ dockerfile })).toMatchObject({ sha: one, line: 1 });
  });

  it('reads istio.deps beside a Dockerfile of 0.7 only if the sources are `auto`', async () => {
    await put(dockerfile, 'FROM istionightly/base_debug\n');
    await put('istio.deps', deps(two));
    expect((await resolve('auto')).sha).toBe(two);
    const error = await failed({ dockerfile });
    expect(error).toMatchObject({ code: 'ENVOY_PIN_MISSING', exitCode: 2 });
    expect(error.remedy).toContain('From 0.7 on, the pin is in istio.deps');
  });
});

describe('a missing or invalid pin', () => {
  it('is reported with the places that were searched', async () => {
    expect((await failed('auto')).message).toMatch(
      /Dockerfile\.proxy_debug \(there is no such file\).*istio\.deps/,
    );
    expect(await failed({ deps: 'istio.deps' })).toMatchObject({ code: 'ENVOY_PIN_MISSING', exitCode: 2 });
    expect((await failed({})).message).toContain('searched: nothing');
  });

  it('is reported with both places if two disagree', async () => {
    await put(dockerfile, `FROM a/envoy-debug:${one}\n`);
    await put('WORKSPACE', `ISTIO_PROXY_BUCKET = "${two}"\n`);
    const error = await failed({ dockerfile, workspace: 'WORKSPACE' });
    expect(error).toMatchObject({ code: 'ENVOY_PIN_CONFLICT', exitCode: 2 });
    expect(error.message).toContain(`${dockerfile}:1 says ${one}, WORKSPACE:1 says ${two}`);
  });

  it('is reported with both lines if two lines of a file disagree', async () => {
    await put(dockerfile, `FROM a/envoy-debug:${one}\nFROM a/envoy-debug:${two}\n`);
    expect((await failed({ dockerfile })).message).toContain(`${dockerfile}:2 says ${two}`);
  });

  it.each([
    ['a short SHA', 'envoy-debug:76ed00a', 'it has 7 digits, not 40'],
    ['no tag', 'envoy-debug', 'it is empty'],
    ['a word', 'envoy-debug:latest', 'it is not 40 hex digits'],
    ['upper case', `envoy-debug:${one.toUpperCase()}`, 'it has upper-case digits'],
    ['a digest', `envoy-debug@sha256:${'0'.repeat(64)}`, 'it is the digest of an image, not a commit'],
    ['a variable', 'envoy-debug:$SHA', 'it contains a variable, which is not resolved'],
    ['a trailing comment', `envoy-debug:${one} # this one`, 'the line has more text after it'],
  ])('is refused: %s in a Dockerfile', async (_, image, why) => {
    await put(dockerfile, `\nFROM gcr.io/istio-testing/${image}\n`);
    const error = await failed('auto');
    expect(error).toMatchObject({ code: 'ENVOY_PIN_INVALID', exitCode: 2 });
    expect(error.message).toContain(`${dockerfile}:2`);
    expect(error.message).toContain(why);
  });

  it('is refused: a pin in an ARG', async () => {
    await put(dockerfile, `ARG BASE=gcr.io/istio-testing/envoy-debug:${one}\nFROM $BASE\n`);
    expect((await failed('auto')).message).toContain('it contains a variable, which is not resolved');
  });

  it.each([
    ['text that is not JSON', '[{"name": ', 'istio.deps:1'],
    ['no array', '{}', 'it is not a JSON array'],
    ['no hash', deps('v1.0.1'), 'istio.deps:10'],
    ['no value', deps(undefined), 'it is empty'],
  ])('is refused: an istio.deps with %s', async (_, text, what) => {
    await put('istio.deps', text);
    const error = await failed('auto');
    expect(error.code).toBe('ENVOY_PIN_INVALID');
    expect(error.message).toContain(what);
  });

  it('is refused: a pin in the configuration that is not a SHA', async () => {
    expect((await failed({ sha: 'main' })).message).toContain('the configuration: "main" is not a valid pin');
  });
});

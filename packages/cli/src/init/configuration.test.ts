import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { configFile, loadDistribution } from '@istio-ci/distribution';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuration } from './configuration.ts';
import { detect } from './detect.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-init-'));
});
afterEach(() => rm(root, { recursive: true }));

const sha = 'a'.repeat(40);
const deps = JSON.stringify([{ name: 'PROXY_REPO_SHA', lastStableSHA: sha }]);

/** Makes a tree of these files; returns what init writes for it, and what a run reads then. */
async function init(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  const text = configuration(await detect(root), 'docs/schema.json');
  await writeFile(join(root, configFile), text);
  return { text, distribution: await loadDistribution(root, { environment: {} }) };
}

describe('the configuration that init writes', () => {
  it('begins with the line that leads an editor to the schema', async () => {
    const { text } = await init({ 'istio.deps': deps, Makefile: 'check depend build test push:\n' });
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=docs/schema.json');
  });

  it('names the place of each finding', async () => {
    const { text } = await init({
      'istio.deps': deps,
      'go.mod': 'module x\n\ngo 1.25.1\n',
      Makefile: 'HUB ?= registry.example.com/acme\ncheck depend build test push:\n',
    });
    expect(text).toContain('# Go 1.25.1 (go.mod:3)');
    expect(text).toContain(`istio.deps:1: ${sha}`);
    expect(text).toContain('test (Makefile:2)');
    expect(text).toContain('hubs: [registry.example.com/acme]');
  });

  it('does not take a hub without a host for a registry', async () => {
    const { distribution } = await init({ 'istio.deps': deps, Makefile: 'HUB ?= istio\nall:\n' });
    expect(distribution.hubs).toEqual([]);
  });

  it("recognizes the article's layout", async () => {
    const { distribution, text } = await init({
      'src/istio.io/istio/Makefile': 'check depend build test push:\n',
      'src/istio.io/istio/pilot/docker/Dockerfile.proxy_debug': `FROM x/envoy-debug:${sha}\n`,
    });
    expect(distribution).toMatchObject({ profile: '0.5', stages: { build: 'make build' } });
    expect(distribution.envoy.dockerfile).toBe('src/istio.io/istio/pilot/docker/Dockerfile.proxy_debug');
    expect(text).toContain('test (src/istio.io/istio/Makefile:1)');
  });

  it('uses the commands of Go for a tree of Go modules without a Makefile', async () => {
    const { distribution } = await init({ 'istio.deps': deps, 'go.mod': 'module x\n\ngo 1.25\n' });
    expect(distribution.stages).toMatchObject({ build: 'go build ./...', test: 'go test ./...' });
    expect(distribution.stages.check).toBe('go vet ./...');
  });

  it("asks for ztunnel and for the report's program where Istio's Makefile wants them", async () => {
    const { distribution } = await init({
      'istio.deps': JSON.stringify([
        { name: 'PROXY_REPO_SHA', lastStableSHA: sha },
        { name: 'ZTUNNEL_REPO_SHA', lastStableSHA: 'b'.repeat(40) },
      ]),
      'go.mod': 'module istio.io/istio\n\ngo 1.26.0\n',
      Makefile: 'include core.mk\n',
      'core.mk': 'JUNIT_OUT ?= x\ndepend build push:\ntest:\n\tgo-junit-report > $(JUNIT_OUT)\n',
    });
    expect(distribution.ztunnel).toMatchObject({ deps: 'istio.deps' });
    expect(distribution.stages.depend).toMatch(/^make depend && GOBIN=\S+ go install .*go-junit-report/);
    expect(distribution.stages.test).toBe('JUNIT_OUT="$ARTIFACTS/junit/unit.xml" make test');
  });
});

describe('detect refuses', () => {
  const refusal = async (files: Record<string, string>) => init(files).catch((error: unknown) => error);

  it('a bare Go project', async () => {
    expect(await refusal({ 'go.mod': 'module x\n', 'main.go': 'package main\n' })).toMatchObject({
      code: 'DISTRIBUTION_MISSING',
    });
  });

  it('a Go project with a Makefile that pins no Envoy', async () => {
    expect(await refusal({ 'go.mod': 'module x\n', Makefile: 'build:\n' })).toMatchObject({
      code: 'INIT_NO_ENVOY',
    });
  });

  it('a pin in a tree without a build', async () => {
    expect(await refusal({ 'istio.deps': deps })).toMatchObject({ code: 'INIT_NO_BUILD' });
  });

  it('pins that disagree', async () => {
    expect(
      await refusal({
        'istio.deps': deps,
        Makefile: 'a:\n',
        WORKSPACE: `ISTIO_PROXY_BUCKET = "${'c'.repeat(40)}"`,
      }),
    ).toMatchObject({ code: 'ENVOY_PIN_CONFLICT' });
  });
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@istio-ci/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDistribution } from './distribution.ts';
import { distributionJsonSchema } from './schema.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'istio-ci-distribution-'));
});
afterEach(() => rm(root, { recursive: true }));

const load = async (yaml: string) => {
  await writeFile(join(root, 'istio-ci.yaml'), yaml);
  return loadDistribution(root);
};

describe('loadDistribution', () => {
  it('fills in the defaults of the modern profile for an empty file', async () => {
    expect(await load('')).toMatchObject({
      directory: '.',
      stages: { check: 'make check', push: 'make push' },
      kubeconfig: ['kubeconfig'],
      envoy: { deps: 'istio.deps', install: ['bin/envoy'] },
    });
  });

  it("knows the article's places in profile 0.5", async () => {
    expect(await load("profile: '0.5'")).toMatchObject({
      directory: 'src/istio.io/istio',
      kubeconfig: expect.arrayContaining(['src/istio.io/istio/pilot/platform/kube/config']),
      envoy: { dockerfile: 'src/istio.io/istio/pilot/docker/Dockerfile.proxy_debug' },
    });
  });

  it('takes the configured pin instead of the one of the profile', async () => {
    const { envoy } = await load(`envoy: { sha: ${'a'.repeat(40)} }`);
    expect([envoy.sha, envoy.deps]).toEqual(['a'.repeat(40), undefined]);
  });

  it("recognises the article's layout by its folders if there is no file", async () => {
    await mkdir(join(root, 'src/istio.io/istio'), { recursive: true });
    expect((await loadDistribution(root)).profile).toBe('0.5');
  });

  it('refuses a directory without a distribution', async () => {
    await expect(loadDistribution(root)).rejects.toMatchObject({ code: 'DISTRIBUTION_MISSING', exitCode: 2 });
  });

  it('names every fault at once, each with its line', async () => {
    const error = await load('profile: modern\nhubs: [UPPER CASE]\nstagse: {}\n').catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(error)).toMatch(
      /2 faults.*line 2: hubs\.0: must be like.*line 3: unknown key 'stagse'; did you mean 'stages'\?/s,
    );
  });

  it('reports faults between keys together with faults of single keys, each with its line', async () => {
    const text =
      "push:\n  tagPattern: '('\nservices:\n  builder: { image: x }\n  A: { image: y }\nhubs: [UPPER CASE]\n";
    const faults = String(await load(text).catch((error: unknown) => error));
    expect(faults).toMatch(/4 faults.*line 2: push\.tagPattern: is not a regular expression/);
    expect(faults).toContain('line 4: services.builder: is a name of the session itself');
    expect(faults).toContain('line 5: services.A: must be lower-case letters');
    expect(faults).toContain('line 6: hubs.0: must be like');
  });

  it('takes a key under which nothing is filled in for one with its defaults', async () => {
    const { cluster, ztunnel, services } = await load('cluster:\n#  leaseMinutes: 5\nztunnel:\nservices:\n');
    expect([cluster.leaseMinutes, ztunnel?.deps, services]).toEqual([120, 'istio.deps', {}]);
  });

  it.each([
    ['cluster: { leasMinutes: 3 }', "unknown key 'cluster.leasMinutes'; did you mean 'leaseMinutes'?"],
    ['stages: { tset: make test }', "unknown key 'stages.tset'; did you mean 'test'?"],
    ['services: { registry: { image: x, prots: [1] } }', "did you mean 'ports'?"],
    ['push: { colour: red }', "unknown key 'push.colour'; known are mode, vendor, tagPattern"],
    ['cluster: { bootstrapper: minicube }', "must be 'native' or 'minikube'; did you mean 'minikube'?"],
    ['hubs: registry.example.com/acme', 'hubs: must be a list'],
    ['- a list', 'the file must hold keys with values'],
  ])('%s: says what is wrong and what is near', async (yaml, words) => {
    await expect(load(yaml)).rejects.toThrow(words);
  });

  it('lists the known versions of Kubernetes, and requires quotes because YAML reads a number', async () => {
    expect((await load("cluster: { kubernetes: '1.35' }")).cluster.kubernetes).toBe('1.35');
    await expect(load("cluster: { kubernetes: '1.33' }")).rejects.toThrow(
      "line 1: cluster.kubernetes: must be '1.34' or '1.35' or '1.36' or '1.37'",
    );
    await expect(load('cluster: { kubernetes: 1.35 }')).rejects.toThrow("or '1.37', in quotes");
  });

  it('names the line of a syntax error', async () => {
    await expect(load('hubs: [a\nprofile: modern')).rejects.toThrow(/not valid YAML.*line 2/);
  });

  it('calls an alias that leads nowhere a syntax error', async () => {
    await expect(load('profile: *nowhere')).rejects.toMatchObject({ code: 'CONFIG_SYNTAX', exitCode: 2 });
  });

  it('refuses paths that lead out of the workspace', async () => {
    await expect(load('kubeconfig: [../../etc/kubeconfig]')).rejects.toThrow('inside the distribution');
  });

  it('refuses services that would take the name of the cluster', async () => {
    await expect(load('services: { kubernetes: { image: x } }')).rejects.toThrow(
      'line 1: services.kubernetes: is a name of the session itself',
    );
  });
});

describe('the published JSON schema', () => {
  it('is the one of this code', async () => {
    const published = await readFile(join(repositoryRoot, 'docs/istio-ci.schema.json'), 'utf8');
    expect(published, 'run: node tools/src/write-schemas.ts').toBe(distributionJsonSchema());
  });
});

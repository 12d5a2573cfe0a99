import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '@istio-ci/image-builder';
import { followEngineStream, repositoryRoot } from '@istio-ci/kit';
import { createWorkspace } from '@istio-ci/pipeline';
import { cli, lastEvent } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Up {
  readonly name: string;
  readonly network: string;
  readonly dockerHost: string;
  readonly apiServer: { readonly port: number };
}

describe('two clusters, one after the other', () => {
  const names = ['e2e-one', 'e2e-two'];
  let clusters: Up[];
  beforeAll(async () => {
    clusters = [];
    for (const name of names) {
      const result = await cli(['up', name, '--publish-docker', '--json']);
      expect(result.exitCode, result.stderr).toBe(0);
      clusters.push(lastEvent<{ session: Up }>(result).session);
    }
  });
  afterAll(async () => {
    for (const name of names) await cli(['down', name]);
  });

  it('share no name, network or port', () => {
    const parts: ((up: Up) => string | number)[] = [
      (up: Up) => up.name,
      (up: Up) => up.network,
      (up: Up) => up.dockerHost,
      (up: Up) => up.apiServer.port,
    ];
    for (const part of parts) expect(new Set(clusters.map(part)).size).toBe(2);
  });

  it.each(names)('%s has a node that is Ready', async (name) => {
    const { stdout } = await cli(['exec', name, '--', 'kubectl', 'get', 'nodes', '--no-headers']);
    expect(stdout).toMatch(/ Ready /);
  });

  it.each(names)('%s reports phase by phase that it is ready', async (name) => {
    const status = JSON.parse((await cli(['status', name, '--json'])).stdout) as { ready: boolean };
    expect(status.ready).toBe(true);
  });

  it("runs a pod from what was built with the session's DOCKER_HOST, with imagePullPolicy Never", async () => {
    const [{ dockerHost } = { dockerHost: '' }] = clusters;
    const context = await mkdtemp(join(tmpdir(), 'istio-ci-build-'));
    await writeFile(join(context, 'Dockerfile'), 'FROM localhost/istio-ci/pause:1\nLABEL made-by=e2e\n');
    const { hostname, port } = new URL(dockerHost);
    const inner = connectEngine({ host: hostname, port: Number(port) });
    await followEngineStream(await inner.buildImage({ context, src: ['Dockerfile'] }, { t: 'acme/built:1' }));
    await rm(context, { recursive: true });
    const run = 'kubectl run built --image=acme/built:1 --image-pull-policy=Never';
    const wait = 'kubectl wait --for=condition=Ready pod/built --timeout=60s';
    const result = await cli(['exec', 'e2e-one', '--', 'sh', '-c', `${run} && ${wait}`]);
    expect(result.exitCode, result.stderr).toBe(0);
  });

  it('stay after a run of the chain that used one of them', async () => {
    await using workspace = await createWorkspace(join(repositoryRoot, 'test/fixtures/article'));
    const result = await cli(['run', 'kubeconfig', '-d', workspace.root, '--build-tag', 'e2e-one']);
    expect(result.exitCode, result.stderr).toBe(0);
    expect((await cli(['list', '--quiet'])).stdout.split('\n')).toContain('e2e-one');
  });

  it('are removed if up cannot write the requested files', async () => {
    const result = await cli(['up', 'e2e-unwritten', '--kubeconfig', '/etc/hostname/kubeconfig']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('KUBECONFIG_NOT_WRITABLE')]);
    expect(await leftovers('e2e-unwritten')).toEqual([]);
  });

  it('are gone after down', async () => {
    expect((await cli(['down', 'e2e-two'])).stdout).toContain('is gone');
    expect(await leftovers('e2e-two')).toEqual([]);
    expect((await cli(['down', 'e2e-two'])).stdout).toContain('there is no session');
  });
});

describe('bad input', () => {
  it('a missing engine is named, with the remedy', async () => {
    const result = await cli(['up'], { DOCKER_HOST: 'unix:///no/such/docker.sock' });
    expect([result.exitCode, result.stderr]).toEqual([8, expect.stringContaining('ENGINE_UNREACHABLE')]);
    expect(result.stderr).toContain('remedy:');
  });

  it('an unknown option is a usage error', async () => {
    const result = await cli(['up', '--leese', '3']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('--lease')]);
  });

  it('a directory without a distribution is named', async () => {
    const result = await cli(['run', '--distribution', '/proc/self/fd']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('DISTRIBUTION_MISSING')]);
  });
});

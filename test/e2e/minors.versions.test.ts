import { kubernetesMinors } from '@istio-ci/kit';
import { cli, lastEvent } from '@istio-ci/tools/cli';
import { leftovers } from '@istio-ci/tools/leftovers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe.each(kubernetesMinors)('Kubernetes %s', (minor) => {
  const name = `versions-${minor.replace('.', '-')}`;
  let release: string;

  /** The output of a command in the cluster container; it must exit 0. */
  async function inCluster(...command: string[]): Promise<string> {
    const result = await cli(['exec', name, '--', ...command]);
    expect(result.exitCode, result.stderr).toBe(0);
    return result.stdout.trim();
  }

  beforeAll(async () => {
    const up = await cli(['up', name, '--kubernetes', minor, '--image', 'base', '--lease', '30', '--json']);
    expect(up.exitCode, up.stderr).toBe(0);
    release = lastEvent<{ session: { kubernetes: string } }>(up).session.kubernetes;
  });

  afterAll(async () => {
    await cli(['down', name]);
    expect(await leftovers(name)).toEqual([]);
  });

  it('is the version that the session, the API server, kubectl and the kubelet report', async () => {
    expect(release).toMatch(new RegExp(`^${minor.replace('.', '\\.')}\\.\\d+$`));
    const status = JSON.parse((await cli(['status', name, '--json'])).stdout) as { kubernetes: string };
    expect(status.kubernetes).toBe(`v${release}`);
    const version = JSON.parse(await inCluster('kubectl', 'version', '--output=json'));
    const { clientVersion, serverVersion } = version;
    expect([clientVersion.gitVersion, serverVersion.gitVersion]).toEqual([`v${release}`, `v${release}`]);
    const kubelet = 'jsonpath={.items[*].status.nodeInfo.kubeletVersion}';
    expect(await inCluster('kubectl', 'get', 'nodes', '--output', kubelet)).toBe(`v${release}`);
  });

  it('runs a pod in which commands run and names of the cluster resolve', async () => {
    const image = (
      await inCluster('sh', '-c', 'docker images --format "{{.Repository}}:{{.Tag}}" | grep /base:')
    ).trim();
    const pod = ['shell-demo', `--image=${image}`, '--image-pull-policy=Never', '--', 'sleep', 'infinity'];
    await inCluster('kubectl', 'run', ...pod);
    await inCluster('kubectl', 'wait', '--for=condition=Ready', 'pod/shell-demo', '--timeout=90s');
    const lookUp = ['getent', 'hosts', 'kubernetes.default.svc.cluster.local'];
    expect(await inCluster('kubectl', 'exec', 'shell-demo', '--', ...lookUp)).toMatch(/^10\.96\.0\.1\s/);
  });
});

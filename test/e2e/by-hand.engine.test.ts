import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageRef } from '@istio-ci/image-builder';
import { childEnv, repositoryRoot, run } from '@istio-ci/kit';
import { rewriteKubeconfig } from '@istio-ci/kubeconfig-rewriter';
import { volumeNames } from '@istio-ci/tools/leftovers';
import { needsMinikube } from '@istio-ci/vitest-config/names';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from '../harness/terminal.ts';

// The commands of docs/by-hand.md: only docker, and one command that prints arguments for docker.
const { MINIKUBE_BINARY, CRICTL_BINARY } = process.env;
const hasMinikube = Boolean(MINIKUBE_BINARY && CRICTL_BINARY);
const main = `'${process.execPath}' '${join(repositoryRoot, 'packages/cli/src/main.ts')}'`;

const docker = async (args: readonly string[], input?: string): Promise<string> =>
  (await run(['docker', ...args], { input })).stdout;

function walk(bootstrapper: 'native' | 'minikube'): void {
  const name = `by-hand-${randomBytes(4).toString('hex')}`;
  const network = `${name}-net`;
  let folder: string;
  let kubeconfig: string;
  let base: string;
  let image: string;
  let volumes: string[];
  let terminal: Terminal;
  const kubectl = (words: string, input?: string) =>
    docker(['exec', '--interactive', name, 'kubectl', ...words.split(' ')], input);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'istio-ci-by-hand-'));
    [base, image] = [await imageRef('base'), await imageRef('minikube-dind')];
    if (bootstrapper === 'minikube') {
      const given = `--minikube '${MINIKUBE_BINARY}' --crictl '${CRICTL_BINARY}'`;
      await run(['sh', '-c', `${main} images build minikube-dind ${given}`]);
    }
    const options = bootstrapper === 'native' ? '' : ` --bootstrapper ${bootstrapper}`;
    terminal = openTerminal(`eval "docker $(${main} docker-run-args ${name} --foreground${options})"`, {
      env: childEnv({ TERM: 'xterm', SHELL: '/bin/sh' }, ['DOCKER_HOST']),
    });
    await terminal.shows('the cluster is ready, Kubernetes v');
    volumes = (await docker(['inspect', '--format', '{{range .Mounts}}{{.Name}} {{end}}', name]))
      .trim()
      .split(' ');
    await docker(['network', 'create', network]);
    await docker(['cp', `${name}:/kubeconfig`, folder]);
    kubeconfig = join(folder, 'kubeconfig');
  }, 300_000);

  afterAll(async () => {
    await run(['docker', 'rm', '--force', '--volumes', name], { okCodes: [0, 1] });
    await run(['docker', 'network', 'rm', network], { okCodes: [0, 1] });
    await rm(folder, { recursive: true });
  });

  it('shows the logs of the container, of its start and of its Docker in the terminal', () => {
    expect(terminal.shown()).toMatch(/mounts are shared/);
    expect(terminal.shown()).toMatch(bootstrapper === 'native' ? /etcd done/ : /Starting "minikube"/);
    expect(terminal.shown()).toMatch(/API listen on .*:2375/);
  });

  it('has its node, and runs a command in a pod of an image that its Docker has', async () => {
    expect(await kubectl('get nodes --no-headers')).toMatch(/^kubernetes +Ready /);
    await run(['sh', '-c', `docker save ${base} | docker exec --interactive ${name} docker load`]);
    const containers = [
      { name: 'shell', image: base, imagePullPolicy: 'Never', command: ['sleep', 'infinity'] },
    ];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shell-demo' }, spec: { containers } };
    await kubectl('apply --filename -', JSON.stringify(pod));
    await kubectl('wait --for=condition=Ready pod/shell-demo --timeout=120s');
    expect(await kubectl('exec shell-demo -- cat /etc/debian_version')).toMatch(/^\d+/);
    expect(await kubectl('exec shell-demo -- getent hosts kubernetes.default')).toMatch(/^10\.96\.0\.1 /);
  });

  it('is reached from this machine with its copied kubeconfig, at the published port', async () => {
    const at = (await docker(['port', name, '8443'])).trim();
    expect(at).toMatch(/^127\.0\.0\.1:\d+$/);
    const text = rewriteKubeconfig(await readFile(kubeconfig, 'utf8'), { server: `https://${at}` });
    expect(await inContainer(['--network', 'host'], text)).toBe('pod/shell-demo\n');
  });

  it.each([
    ['a container linked to it as kubernetes', () => ['--link', `${name}:kubernetes`]],
    ['a container on a network where its alias is kubernetes', () => ['--network', network]],
  ])('is used from %s, its Docker as well', async (_, options) => {
    if (options()[0] === '--network')
      await docker(['network', 'connect', '--alias', 'kubernetes', network, name]);
    const text = rewriteKubeconfig(await readFile(kubeconfig, 'utf8'), { server: 'https://kubernetes:8443' });
    expect(await inContainer(options(), text)).toBe('pod/shell-demo\n');
    const ask = ['run', '--rm', ...options(), '--entrypoint', 'docker', image];
    expect(await docker([...ask, '--host', 'tcp://kubernetes:2375', 'images', '--quiet', base])).not.toBe('');
  });

  it('leaves nothing when it is stopped', async () => {
    await docker(['stop', name]);
    await terminal.ended;
    expect(await docker(['ps', '--all', '--quiet', '--filter', `name=${name}`])).toBe('');
    expect(volumes).toHaveLength(4);
    expect((await volumeNames()).filter((volume) => volumes.includes(volume))).toEqual([]);
  });

  /** The pods that kubectl lists in another container, with this kubeconfig on its stdin. */
  function inContainer(options: readonly string[], text: string): Promise<string> {
    const see = ['sh', '-c', 'cat > /tmp/k; kubectl --kubeconfig /tmp/k get pods --output name'];
    return docker(
      ['run', '--rm', '--interactive', ...options, '--entrypoint', see[0] ?? '', image, ...see.slice(1)],
      text,
    );
  }
}

describe('the walk by hand', () => walk('native'));

describe.runIf(hasMinikube)(`the walk by hand with minikube ${hasMinikube ? '' : needsMinikube}`.trim(), () =>
  walk('minikube'),
);

import { connect, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  downSession,
  execInSession,
  runInSession,
  type Session,
  sessionKubeconfig,
  sessionStatus,
  upSession,
} from '../src/index.ts';
import { giveBaseImage, image, kubectl, newName, place, podOf, watch } from './harness.ts';
import { hasMinikube, minikubeImage, needsMinikube } from './minikube-image.ts';

/** A web server on port 8080, with nothing but Perl's own modules. */
const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 5) or die $!;
  while (my $c = $s->accept) { print $c \`cat /greeting\`; close $c }`;

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'greeter' },
  spec: { selector: { app: 'greeter' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** What a cluster promises, checked for each bootstrapper. */
function cluster(bootstrapper: 'native' | 'minikube', imageOf: () => Promise<string>): void {
  const name = newName();
  let session: Session;
  let used: string;

  const shell = async (text: string) => execInSession(place, session, ['sh', '-c', text]);
  const inPod = (command: string) => kubectl(session, `exec client -- ${command}`);

  beforeAll(async () => {
    used = await imageOf();
    const services = [{ name: 'outside', image: used, command: ['sleep', '3600'] }];
    const request = { place, image: used, bootstrapper, name, leaseSeconds: 1200, services };
    session = await upSession({
      ...request,
      certSans: ['ci.example', '192.0.2.7'],
      readyTimeoutSeconds: 240,
    });
    const base = await giveBaseImage(session);
    const build = `printf 'FROM ${base}\\nRUN echo hello from a build > /greeting\\n' | docker build --tag greeter:1 -`;
    const { exitCode, stderr } = await shell(build);
    expect(exitCode, stderr).toBe(0);
    await kubectl(session, 'apply -f -', podOf('greeter', 'greeter:1', ['perl', '-e', server]));
    await kubectl(session, 'apply -f -', podOf('client', base, ['sleep', '3600']));
    await kubectl(session, 'apply -f -', service);
    await kubectl(session, 'wait --for=condition=Ready pod/greeter pod/client --timeout=120s');
  }, 600_000);

  afterAll(() => downSession(place, name));

  it('reports its bootstrapper, and that it is ready', async () => {
    expect(await sessionStatus(place, session)).toMatchObject({ bootstrapper, ready: true });
  });

  it('stays true: the health check passes', async () => {
    expect(await execInSession(place, session, ['istio-ci-node', 'healthcheck'])).toMatchObject({
      exitCode: 0,
    });
  });

  it('has one node, Ready, under the name of the container', async () => {
    expect(await kubectl(session, 'get nodes --no-headers')).toMatch(/^kubernetes +Ready /);
  });

  it('runs a pod from an image built inside, without a pull', async () => {
    const policy = 'get pod greeter -o jsonpath={.spec.containers[0].imagePullPolicy}';
    expect(await kubectl(session, policy)).toBe('Never');
    expect(await kubectl(session, 'get pod greeter -o jsonpath={.status.phase}')).toBe('Running');
  });

  it('lets a command run in a pod', async () => {
    expect(await kubectl(session, 'exec greeter -- cat /greeting')).toBe('hello from a build\n');
  });

  it('answers for a service by its name, from another pod', async () => {
    const read = 'exec 3<>/dev/tcp/greeter.default.svc.cluster.local/80; cat <&3';
    const command = ['kubectl', 'exec', 'client', '--', 'bash', '-c', read];
    expect(await execInSession(place, session, command)).toMatchObject({ stdout: 'hello from a build\n' });
  });

  it('resolves names of the cluster and of the network outside, in a pod', async () => {
    expect(await inPod('getent hosts kubernetes.default')).toMatch(/^10\.96\.0\.1 /);
    expect(await inPod('getent hosts outside')).toMatch(/^\d+(\.\d+){3} +outside/);
  });

  it('resolves both in a container of the inner Docker', async () => {
    const base = (
      await shell("docker images --format '{{.Repository}}:{{.Tag}}' | grep /base:")
    ).stdout.trim();
    for (const host of ['outside', 'greeter.default.svc.cluster.local']) {
      expect((await shell(`docker run --rm ${base} getent hosts ${host}`)).exitCode, host).toBe(0);
    }
  });

  it("has a kubeconfig that works in a sibling container, against the certificate's own name", async () => {
    const lines: string[] = [];
    const kubeconfig = (await sessionKubeconfig(place, session)).replace('127.0.0.1', 'kubernetes');
    const { exitCode } = await runInSession(place, session, {
      image: used,
      command: ['sh', '-c', 'printf %s "$K" > /tmp/k; kubectl --kubeconfig /tmp/k get nodes -o name'],
      env: { K: kubeconfig, PATH: '/usr/local/bin:/usr/bin:/bin' },
      onLine: (line) => lines.push(line),
    });
    expect([exitCode, lines.at(-1)]).toEqual([0, 'node/kubernetes']);
  });

  it('has a certificate with every name that the cluster goes by', async () => {
    const { host, port } = session.apiServer ?? { host: '', port: 0 };
    const names = (await certificateOf(host, port)).subjectaltname?.split(', ');
    expect(names).toEqual(
      expect.arrayContaining([
        'DNS:kubernetes',
        'DNS:kubernetes.default.svc.cluster.local',
        'DNS:localhost',
        'DNS:ci.example',
        'IP Address:127.0.0.1',
        'IP Address:10.96.0.1',
        'IP Address:192.0.2.7',
      ]),
    );
  });

  it('has a default storage class', async () => {
    const read = 'get storageclass -o jsonpath={.items[*].metadata.name}';
    await expect.poll(() => kubectl(session, read), { timeout: 20_000 }).toBe('standard');
  });

  it('leaves nothing behind', async () => {
    const watcher = watch(name);
    await watcher.look();
    await downSession(place, name);
    await watcher.nothingLeft();
  });
}

async function certificateOf(host: string, port: number): Promise<PeerCertificate> {
  const { promise, resolve, reject } = Promise.withResolvers<PeerCertificate>();
  const socket = connect({ host, port, rejectUnauthorized: false }, () =>
    resolve(socket.getPeerCertificate()),
  );
  socket.on('error', reject);
  return promise.finally(() => socket.destroy());
}

describe('a cluster of the native bootstrapper', () => cluster('native', async () => image));

describe.runIf(hasMinikube)(
  `a cluster of the bootstrapper minikube ${hasMinikube ? '' : needsMinikube}`.trim(),
  () => cluster('minikube', minikubeImage),
);

describe('an image without minikube', () => {
  it('says so in one error with a remedy', async () => {
    const session = { place, image, bootstrapper: 'minikube', name: newName(), leaseSeconds: 300 } as const;
    await expect(upSession(session)).rejects.toMatchObject({
      message: expect.stringContaining('NODE_NO_MINIKUBE'),
    });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { imageRef } from '@istio-ci/image-builder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { downSession, execInSession, type Session, upSession } from '../src/index.ts';
import { giveBaseImage, image, kubectl, newName, place, podOf } from './harness.ts';

const name = newName();
const within = { timeout: 20_000 };
const proxy = 'http://proxy.example:3128';
const [authority = ''] = rootCertificates;
/** A PEM text without its line ends, which may fall anywhere. */
const oneLine = (pem: string) => pem.replaceAll('\n', '');
let session: Session;
let base: string;
let folder: string;

/** A registry that asks for nothing. */
const registry = [
  'sh',
  '-c',
  `echo '{version: 0.1, storage: {filesystem: {rootdirectory: /tmp/r}}, http: {addr: ":5000"}}' > /tmp/c.yml
   exec docker-registry serve /tmp/c.yml`,
];

/** Runs a line of shell in the cluster container and returns what it printed. */
async function inCluster(script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await execInSession(place, session, ['sh', '-ec', script]);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** The output of a pod that runs to its end. */
async function printed(pod: string, command: readonly string[], more: object): Promise<string> {
  await kubectl(session, 'apply -f -', podOf(pod, base, command, more));
  await kubectl(session, `wait --for=jsonpath={.status.phase}=Succeeded pod/${pod} --timeout=60s`);
  return kubectl(session, `logs ${pod}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outside-'));
  const extraCa = join(folder, 'ca.pem');
  await writeFile(extraCa, `# ours\n${authority}\n`);
  vi.stubEnv('HTTPS_PROXY', proxy);
  session = await upSession({
    place,
    image,
    name,
    leaseSeconds: 900,
    extraCa,
    registryMirrors: ['http://mirror:5000'],
    services: [{ name: 'mirror', image: await imageRef('demo-registry'), command: registry }],
  });
  vi.unstubAllEnvs();
  base = await giveBaseImage(session);
});

afterAll(async () => {
  await downSession(place, name);
  await rm(folder, { recursive: true });
});

describe('the extra CA', () => {
  it('is a ConfigMap in every namespace, also in one that comes later', async () => {
    const map = 'configmap istio-ci-extra-ca -o jsonpath={.data.ca\\.crt} --ignore-not-found';
    const read = async (namespace: string) => oneLine(await kubectl(session, `get -n ${namespace} ${map}`));
    await kubectl(session, 'create namespace later');
    for (const namespace of ['default', 'later'])
      await expect.poll(() => read(namespace), within).toBe(oneLine(authority));
  });
});

describe('a proxy', () => {
  it('reaches pods through a ConfigMap, with exceptions for everything inside', async () => {
    const from = { envFrom: [{ configMapRef: { name: 'istio-ci-proxy' } }] };
    const environment = await printed('environment', ['env'], from);
    expect(environment).toContain(`HTTPS_PROXY=${proxy}\n`);
    expect(environment).toContain(`https_proxy=${proxy}\n`);
    const node = await kubectl(session, 'get nodes -o jsonpath={.items[0].status.addresses[0].address}');
    const network = node.split('.').slice(0, 2).join('.');
    for (const inside of ['10.96.0.0/16', '10.244.0.0/16', '.svc', 'kubernetes', 'mirror', `${network}.`])
      expect(environment.match(/^NO_PROXY=(.*)$/m)?.[1]).toContain(inside);
  });

  it('reaches builds', async () => {
    const build = `printf 'FROM ${base}\\nRUN env\\n' | docker build --progress=plain --no-cache - 2>&1`;
    expect(await inCluster(build)).toContain(`HTTPS_PROXY=${proxy}`);
  });

  it.each(['dockerd', 'containerd'])('reaches %s', async (daemon) => {
    expect(await inCluster(`tr '\\0' '\\n' < /proc/$(pgrep -xo ${daemon})/environ`)).toContain(
      `HTTPS_PROXY=${proxy}`,
    );
  });
});

describe("a service's address without endpoints", () => {
  it.each([
    ['from a pod', () => printed('refused', ['perl', '-e', connect], {})],
    ['from an inner container', () => inCluster(`docker run --rm ${base} perl -e '${connect}'`)],
    ['from the node', () => inCluster(`perl -e '${connect}'`)],
  ])('refuses at once %s', async (_, run) => {
    expect(await run()).toBe('refused');
  });
});

describe('a registry mirror', () => {
  /**
   * Puts an image into the mirror under a name that Docker Hub would have, and out of the cluster's store.
   */
  const push = (image: string) =>
    inCluster(
      `printf 'FROM ${base}\\nLABEL of=${image}\\n' | docker build -q -t mirror:5000/${image} -
       docker push -q mirror:5000/${image}; docker rmi mirror:5000/${image}`,
    );

  it('serves Docker in place of Docker Hub', async () => {
    await push('acme/built:1');
    await inCluster('docker pull -q acme/built:1');
  });

  it('serves pods in place of Docker Hub', async () => {
    await push('acme/run:1');
    const pulled = { image: 'acme/run:1', imagePullPolicy: 'Always' };
    expect(await printed('pulled', ['echo', 'from the mirror'], pulled)).toBe('from the mirror\n');
  });
});

/**
 * Reports how a connection to an address of the service network ends, or that nothing came within three
 * seconds.
 */
const connect =
  'use Socket; $SIG{ALRM} = sub { print "waits"; exit }; alarm 3; socket($s, PF_INET, SOCK_STREAM, 0);' +
  ' print connect($s, pack_sockaddr_in(80, inet_aton("10.96.99.99"))) ? "connected" : $!{ECONNREFUSED} ? "refused" : $!';

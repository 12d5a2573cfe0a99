import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  downSession,
  execInSession,
  hostUrl,
  loadImages,
  openDockerSocket,
  openPlace,
  type Place,
  type Session,
  upSession,
} from '@istio-ci/cluster-runner';
import { connectEngine, imageRef } from '@istio-ci/image-builder';
import { headManifest, RegistryConnection } from '@istio-ci/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resumeCommand } from '../../test/prepared-push.ts';
import { testPlan } from '../../test/test-distribution.ts';
import type { PushOptions } from './options.ts';
import { push } from './push.ts';

/**
 * As the stage Push has it: the engine of a session's cluster, whose images are containerd's, and the
 * session's registry.
 */
const name = `test-push-${randomBytes(4).toString('hex')}`;
const host = 'registry:5000';
const account = { username: 'robot', password: 'hunter2/Very+Secret' };

let place: Place;
let session: Session;
let outDir: string;
beforeAll(async () => {
  place = await openPlace();
  outDir = await mkdtemp(join(tmpdir(), 'release-pusher-inner-'));
  session = await upSession({
    place,
    image: await imageRef('minikube-dind'),
    name,
    owner: process.pid,
    leaseSeconds: 900,
    insecureRegistries: [host],
    services: [{ name: 'registry', image: await imageRef('demo-registry'), ports: [5000] }],
  });
  const [registry = { container: '' }] = session.services;
  const htpasswd = ['htpasswd', '-iB', '-c', '/auth/htpasswd', account.username];
  await execInSession(place, registry.container, htpasswd, { input: account.password });
});
afterAll(async () => {
  await downSession(place, name);
  await rm(outDir, { recursive: true, force: true });
});

it("an image that make push left in a cluster's engine is pushed through its API, and released", async () => {
  await using socket = await openDockerSocket(place, session);
  const engine = connectEngine({ socketPath: socket.path });
  const base = await imageRef('base');
  await loadImages(place, session, [base]);
  const access = {
    insecureHosts: [host],
    resolveHost: () => new URL(hostUrl(session, `http://${host}`)),
  };
  const options: PushOptions = {
    engine: { socketPath: socket.path },
    hubs: [`${host}/acme`],
    plan: testPlan('build-1', '1.29.1'),
    mode: 'promote',
    runMakePush: (hub, tag) => engine.getImage(base).tag({ repo: `${hub}/pilot`, tag }),
    credentials: { kind: 'environment', ...account },
    registry: access,
    outDir,
    resumeCommand,
    scan: [],
    facts: {},
  };
  const [image] = (await push(options)).images;
  const { Id } = await engine.getImage(base).inspect();
  expect(image?.digest).toBe(Id);
  const registry = new RegistryConnection(access, { source: '', byHost: new Map([[host, account]]) });
  for (const tag of ['build-1', '1.29.1', 'latest'])
    expect(await headManifest(registry, { host, path: 'acme/pilot' }, tag)).toBe(Id);
});

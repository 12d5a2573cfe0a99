import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headManifest, RegistryConnection } from '@istio-ci/registry';
import { type FaultProxy, startFaultProxy } from '@istio-ci/registry/test/fault-proxy';
import { makeCertificate, startRegistry } from '@istio-ci/registry/test/registry-server';
import { startTokenServer } from '@istio-ci/registry/test/token-server';
import type Docker from 'dockerode';
import type { PushOptions } from '../src/release/options.ts';
import { credentialsFile, resumeCommand } from './prepared-push.ts';
import { makeDistribution, testPlan } from './test-distribution.ts';

/** The account that the registry of the tests lets in. */
export const account = { username: 'robot', password: 'hunter2/Very+Secret' };

/** What kind of registry a fixture has: with a password over HTTP or HTTPS, or with tokens. */
export type RegistryKind = 'password' | 'tls' | 'token';

/** A registry that lets only the account in, a proxy with faults before it, and credentials for it. */
export interface RegistryFixture extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** The hosts that may be spoken to over plain HTTP. */
  readonly insecureHosts: readonly string[];
  /** What must be trusted to speak to the proxy, as NODE_EXTRA_CA_CERTS takes it. */
  readonly certificate: string | undefined;
  /** Under the proxy's name, but past its faults. */
  readonly direct: RegistryConnection;
  readonly credentialsPath: string;
}

export async function startRegistryFixture(kind: RegistryKind = 'password'): Promise<RegistryFixture> {
  const stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'release-pusher-fixture-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const tokens =
    kind === 'token'
      ? stack.use(await startTokenServer({ folder, ...account, actions: ['pull', 'push'] }))
      : undefined;
  const server = stack.use(await startRegistry(tokens ? { token: tokens } : { htpasswd: account }));
  const tls = kind === 'tls' ? await makeCertificate(folder) : undefined;
  const proxy = stack.use(await startFaultProxy(server.url, tls));
  const credentials = stack.use(await credentialsFile([proxy.host], account));
  const byHost = new Map([server.host, proxy.host].map((host) => [host, account]));
  return {
    proxy,
    insecureHosts: tls ? [] : [proxy.host],
    certificate: tls?.certificate,
    direct: new RegistryConnection(
      { insecureHosts: [proxy.host], resolveHost: () => server.url },
      { source: 'test', byHost },
    ),
    credentialsPath: credentials.path,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

let number = 0;

/** A distribution with a separate hub in the fixture's registry, and the options to push it. */
export async function setUpPush(
  { proxy, direct, credentialsPath }: RegistryFixture,
  engine: Docker,
  lines = '',
) {
  number += 1;
  const path = `hub${process.pid}-${number}`;
  proxy.use(() => 'none');
  const distribution = await makeDistribution(engine, path, lines);
  const hub = `${proxy.host}/${path}`;
  const options: PushOptions = {
    engine: {},
    hubs: [hub],
    plan: testPlan('build-1', '1.29.1'),
    mode: 'promote',
    runMakePush: (to, tag, dir) => distribution.make('push', to, tag, dir),
    planMakePush: (to, tag) => distribution.plan('push', to, tag),
    credentials: { kind: 'file', path: credentialsPath },
    registry: { insecureHosts: [proxy.host], retryDelaysMs: [10, 10, 10, 10] },
    outDir: distribution.outDir,
    resumeCommand,
    scan: [distribution.root],
    facts: { envoySha256: 'abc' },
  };
  const at = (name: string) => ({ host: proxy.host, path: `${path}/${name}` });
  return {
    distribution,
    options,
    hub,
    /** Another hub of the same registry. */
    mirror: `${proxy.host}/mirror${number}`,
    at,
    digest: (name: string, tag: string) => headManifest(direct, at(name), tag),
    /** The requests since the last `proxy.use` that write. */
    writes: () => proxy.log.filter((line) => !/^(GET|HEAD) /.test(line)),
    [Symbol.asyncDispose]: () => distribution[Symbol.asyncDispose](),
  };
}

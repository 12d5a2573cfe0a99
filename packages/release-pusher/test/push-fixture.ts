import type Docker from 'dockerode';
import { headManifest } from '../src/registry/client.ts';
import { RegistryConnection } from '../src/registry/connection.ts';
import type { PushOptions } from '../src/release/push.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { credentialsFile, resumeCommand } from './prepared-push.ts';
import { startRegistry } from './registry-server.ts';
import { makeDistribution, testPlan } from './test-distribution.ts';

/** The account that the registry of the tests lets in. */
export const account = { username: 'robot', password: 'hunter2/Very+Secret' };

/** A registry that asks for a password, a proxy with faults before it, and credentials for it. */
export interface RegistryFixture extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** Under the proxy's name, but past its faults. */
  readonly direct: RegistryConnection;
  readonly credentialsPath: string;
}

export async function startRegistryFixture(): Promise<RegistryFixture> {
  const server = await startRegistry({ htpasswd: account });
  const proxy = await startFaultProxy(server.url);
  const credentials = await credentialsFile([proxy.host], account);
  const byHost = new Map([server.host, proxy.host].map((host) => [host, account]));
  return {
    proxy,
    direct: new RegistryConnection(
      { insecureHosts: [proxy.host], resolveHost: () => server.url },
      { source: 'test', byHost },
    ),
    credentialsPath: credentials.path,
    [Symbol.asyncDispose]: async () => {
      await credentials[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

let number = 0;

/** A distribution with a hub of its own in the fixture's registry, and the options to push it. */
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
    engine,
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

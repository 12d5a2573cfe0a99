import { getServers, Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { messageOf } from '@istio-ci/kit';
import { type NetworkFacts, type ProxyFacts, proxyAddress } from './judge-network.ts';

const timeoutMs = 5000;

/** Checks this machine's name servers and proxies by asking them. */
export async function networkFacts(env: NodeJS.ProcessEnv = process.env): Promise<NetworkFacts> {
  const nameservers = getServers();
  const [proxies, silent] = await Promise.all([
    Promise.all(['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => proxyFacts(name, env))),
    Promise.all(nameservers.map(async (server) => ((await answers(server)) ? [] : [server]))),
  ]);
  return { proxies, nameservers, silentNameservers: silent.flat() };
}

/** NXDOMAIN counts too: this only checks that the server responds. */
async function answers(server: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  return resolver.resolveNs('.').then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => !['ECONNREFUSED', 'ETIMEOUT', 'ECANCELLED'].includes(code ?? ''),
  );
}

function proxyFacts(name: string, env: NodeJS.ProcessEnv): Promise<ProxyFacts>[] {
  const [large, small] = [env[name] || undefined, env[name.toLowerCase()] || undefined];
  const value = large ?? small;
  if (value === undefined) return [];
  return [reach(value).then((silent) => ({ name, value, otherValue: large && small, silent }))];
}

/** Why nothing accepts a connection there. */
async function reach(value: string): Promise<string | undefined> {
  const address = proxyAddress(value);
  if (address === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: address.hostname, port: address.port, timeout: timeoutMs });
  socket.on('connect', () => resolve(undefined));
  socket.on('timeout', () => resolve(`no answer in ${timeoutMs / 1000} s`));
  socket.on('error', (error) => resolve(messageOf(error)));
  return promise.finally(() => socket.destroy());
}

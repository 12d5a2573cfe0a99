import { type Finding, fine, warning } from './finding.ts';

/** A proxy that the environment names, and whether something accepts connections there. */
export interface ProxyFacts {
  /** `HTTPS_PROXY`; the lower-case form is checked too. */
  readonly name: string;
  readonly value: string;
  readonly otherValue?: string | undefined;
  /** Why it could not be reached; absent if it could. */
  readonly silent?: string | undefined;
}

export interface NetworkFacts {
  readonly proxies: readonly ProxyFacts[];
  /** The name servers of this machine, and those that gave no answer at all. */
  readonly nameservers: readonly string[];
  readonly silentNameservers: readonly string[];
}

/** What of the network outside may fail a build later; a cluster itself boots without it. Pure. */
export function judgeNetwork({ proxies, nameservers, silentNameservers }: NetworkFacts): Finding[] {
  return [judgeDns(nameservers, silentNameservers), ...judgeProxies(proxies)];
}

function judgeDns(all: readonly string[], silent: readonly string[]): Finding {
  const check = 'dns';
  if (all.length === 0) {
    return warning(
      check,
      'DNS_NONE',
      'This machine has no name server, so builds and pods find no name of the outer network.',
      'Name one in /etc/resolv.conf, or give the engine a --dns.',
    );
  }
  if (silent.length === all.length) {
    return warning(
      check,
      'DNS_SILENT',
      `No name server of this machine answers: ${silent.join(', ')}.`,
      'See /etc/resolv.conf and the network; names of the outer network are not found until then.',
    );
  }
  return fine(check, `${all.filter((server) => !silent.includes(server)).join(', ')} answers.`);
}

function judgeProxies(proxies: readonly ProxyFacts[]): Finding[] {
  return proxies.length === 0 ? [fine('proxy', 'No proxy is set.')] : proxies.map(judgeProxy);
}

function judgeProxy({ name, value, otherValue, silent }: ProxyFacts): Finding {
  const check = 'proxy';
  const host = proxyAddress(value)?.host;
  if (host === undefined) {
    return warning(
      check,
      'PROXY_INVALID',
      `${name} is no address of a proxy.`,
      'Give it as http://HOST:PORT, or unset it.',
    );
  }
  if (otherValue !== undefined && otherValue !== value) {
    return warning(
      check,
      'PROXY_AMBIGUOUS',
      `${name} and ${name.toLowerCase()} are not the same; programs differ in which they read.`,
      'Give both one value, or unset one.',
    );
  }
  if (/^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host)) {
    return warning(
      check,
      'PROXY_LOOPBACK',
      `${name} is ${host}: no container reaches this machine's loopback.`,
      "Name the proxy by an address of this machine's network, or unset it.",
    );
  }
  if (silent !== undefined) {
    return warning(
      check,
      'PROXY_SILENT',
      `The proxy ${host} of ${name} cannot be reached: ${silent}.`,
      'Start it, or unset the variable.',
    );
  }
  return fine(check, `${name} is ${host}, which answers.`);
}

/** The proxy's host and port; undefined if it has none. A user and password in it are never shown. */
export function proxyAddress(value: string): { host: string; hostname: string; port: number } | undefined {
  const text = /^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const { host, hostname, port, protocol } = new URL(text);
  if (hostname === '') return undefined;
  return { host, hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}

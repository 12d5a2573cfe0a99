const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** A proxy never leads back to this machine, where the registry and the mirror of a session are reached. */
const neverProxied = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The proxy for a URL, or undefined to connect directly: https_proxy or http_proxy, in lower or upper case,
 * unless no_proxy names the host. Without a proxy for https, that for http is used. Pure.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const read = (name: string) => environment[name] ?? environment[name.toUpperCase()];
  const plain = read('http_proxy');
  const proxy = (url.protocol === 'https:' && read('https_proxy')) || plain;
  return proxy && !isExcluded(url, read('no_proxy') ?? '') ? proxy : undefined;
}

/**
 * An entry of no_proxy is a host, which stands for the hosts below it too, with or without a dot or `*.`
 * before it, and perhaps a port; `*` alone excludes every host.
 */
function isExcluded(url: URL, noProxy: string): boolean {
  if (noProxy.trim() === '*') return true;
  const port = url.port || defaultPorts[url.protocol];
  return [...noProxy.split(/[,\s]+/).filter(Boolean), ...neverProxied].some((entry) => {
    const [, host = entry, onPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const name = host.replace(/^\*?\./, '').toLowerCase();
    const covers = url.hostname === name || url.hostname.endsWith(`.${name}`);
    return covers && (onPort === undefined || onPort === port);
  });
}

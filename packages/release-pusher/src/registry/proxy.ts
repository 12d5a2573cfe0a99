import type { Dispatcher } from 'undici';

/** No proxy leads back to this machine: a registry of the session is here. */
const neverProxied = ['localhost', '127.0.0.1', '[::1]'];

/**
 * What sends fetch's requests through the proxy that HTTPS_PROXY or HTTP_PROXY name, with NO_PROXY; undefined where there
 * is none. Node's own fetch knows these only when the whole process is started for it (NODE_USE_ENV_PROXY).
 */
export async function proxyDispatcher(env: NodeJS.ProcessEnv = process.env): Promise<Dispatcher | undefined> {
  const named = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => env[name]);
  if (!named) return undefined;
  // Loaded when it is wanted: most machines have no proxy.
  const { EnvHttpProxyAgent } = await import('undici');
  const noProxy = [env.no_proxy ?? env.NO_PROXY ?? '', ...neverProxied].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({ noProxy });
}

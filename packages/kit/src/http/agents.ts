import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { proxyFor } from './proxy.ts';

/** Milliseconds until a connection must have been made. */
const connectMs = 10_000;

export interface AgentSettings {
  /** Certificates in PEM to trust besides those of Node and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string | undefined;
  /** Milliseconds of silence until a connection is given up. */
  readonly stallMs: number;
}

/** What holds the connections: one agent for each proxy, and one for what is reached directly. */
export class Agents {
  readonly #settings: AgentSettings;
  readonly #environment = { ...process.env };
  readonly #agents = new Map<string, Dispatcher>();
  #trusted: SecureContext | undefined;

  constructor(settings: AgentSettings) {
    this.#settings = settings;
  }

  /** The agent for a URL, by the proxies in the environment. */
  async for(url: URL): Promise<Dispatcher> {
    // Loaded when it is needed: it takes a tenth of a second.
    const undici = await import('undici');
    const proxy = proxyFor(url, this.#environment);
    const tls = url.protocol === 'https:' || proxy?.startsWith('https:') === true;
    const key = `${proxy ?? 'direct'} ${tls}`;
    const agent = this.#agents.get(key) ?? this.#open(undici, proxy, tls);
    this.#agents.set(key, agent);
    return agent;
  }

  #open({ Agent, Pool, ProxyAgent }: typeof import('undici'), proxy: string | undefined, tls: boolean) {
    const { stallMs } = this.#settings;
    const connect = {
      timeout: Math.min(connectMs, stallMs),
      ...(tls ? { secureContext: this.#secureContext() } : {}),
    };
    const limits = { headersTimeout: stallMs, bodyTimeout: stallMs };
    if (proxy === undefined) return new Agent({ ...limits, connect });
    return new ProxyAgent({
      ...limits,
      uri: proxy,
      requestTls: connect,
      proxyTls: connect,
      // undici's client for the CONNECT request does not inherit the limits.
      clientFactory: (origin, options) => new Pool(origin, { ...options, ...limits }),
      // As a rule proxies allow tunnels to port 443 alone. Plain HTTP is asked of the proxy itself.
      proxyTunnel: false,
    });
  }

  /** Made once: reading a few hundred certificates takes tens of milliseconds. */
  #secureContext(): SecureContext {
    const { ca } = this.#settings;
    this.#trusted ??= createSecureContext(
      ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] },
    );
    return this.#trusted;
  }
}

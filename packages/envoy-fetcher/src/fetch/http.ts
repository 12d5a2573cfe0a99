import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { getCACertificates } from 'node:tls';
import { envoyErrors } from '../errors.ts';

export interface HttpSettings {
  /** A PEM file with one more CA to trust, besides Node's own and NODE_EXTRA_CA_CERTS. */
  readonly extraCa?: string | undefined;
  /** Milliseconds of silence until a connection is given up. */
  readonly stallMs: number;
  /** Where a URL is really reached; the name in it stays the one that is shown. */
  readonly resolveUrl?: ((url: string) => string) | undefined;
}

/** Asks for a URL and gives the answer with its body unread; redirects are followed. */
export type HttpGet = (
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<IncomingMessage>;

const maxRedirects = 5;

/**
 * A GET by Node's own http: its agents know HTTP_PROXY, HTTPS_PROXY and NO_PROXY (`proxyEnv`, Node 24.5) and take a
 * CA of their own. fetch() would do neither for one request, and it unpacks `Content-Encoding: gzip`, which some
 * buckets set on a `.tar.gz`, so that the bytes would not be the ones that were hashed.
 */
export async function httpClient({ extraCa, stallMs, resolveUrl }: HttpSettings): Promise<HttpGet> {
  const ca = extraCa === undefined ? {} : { ca: [...getCACertificates('default'), await readCa(extraCa)] };
  const agents = {
    'http:': new http.Agent({ proxyEnv: process.env }),
    'https:': new https.Agent({ proxyEnv: process.env, ...ca }),
  };
  const send = (url: URL, headers: Record<string, string>, signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const secure = url.protocol === 'https:';
    const request = (secure ? https : http).get(url, {
      agent: agents[secure ? 'https:' : 'http:'],
      headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'istio-ci' },
      signal,
    });
    request.setTimeout(stallMs, () => request.destroy(stalled(stallMs)));
    request.once('response', resolve);
    // An error after the answer has begun is seen by whoever reads its body.
    request.on('error', reject);
    return promise;
  };
  return async (start, headers, signal) => {
    let url = new URL(start);
    const reached = (shown: URL) => new URL(resolveUrl?.(shown.href) ?? shown.href);
    for (let hop = 0; ; hop += 1) {
      const response = await send(reached(url), headers, signal);
      const { location } = response.headers;
      if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined)
        return response;
      response.destroy();
      url = redirected(url, location, hop);
    }
  };
}

function redirected(from: URL, location: string, hop: number): URL {
  if (!URL.canParse(location, from.href)) throw redirectError(`redirected to ${location}, which is no URL`);
  const to = new URL(location, from.href);
  if (hop >= maxRedirects) throw redirectError(`more than ${maxRedirects} redirects`);
  const allowed = from.protocol === 'https:' ? ['https:'] : ['http:', 'https:'];
  if (!allowed.includes(to.protocol))
    throw redirectError(`redirected from ${from.protocol} to ${to.protocol}`);
  return to;
}

function redirectError(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_REDIRECT' });
}

function stalled(ms: number): Error {
  return Object.assign(new Error(`silent for ${ms / 1000} s`), { code: 'ETIMEDOUT' });
}

async function readCa(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw envoyErrors.caUnreadable(file, cause);
  });
  // Node takes a text without a certificate for a list of none, and fails later, elsewhere.
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw envoyErrors.caUnreadable(file, new Error('it holds no certificate'));
  }
  return pem;
}

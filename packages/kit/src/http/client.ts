import { Readable } from 'node:stream';
import { type AgentSettings, Agents } from './agents.ts';
import { redirectRequest, redirectTarget } from './redirect.ts';
import { HttpResponse, type Limits, rethrow } from './response.ts';

export interface HttpSettings extends AgentSettings {
  /** Where a URL is really reached; redirects and messages keep to the URL as it is known. */
  readonly resolveUrl?: ((url: string) => string) | undefined;
}

interface HttpRequest {
  readonly method?: string | undefined;
  /** By their names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Sent['body'];
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer must have come and been read. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends a request and returns the answer, whatever its status, with its body unread. Redirects are followed.
 */
export type Http = (url: string | URL, request?: HttpRequest) => Promise<HttpResponse>;

/** One request as it goes out. */
interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

const redirects = [301, 302, 303, 307, 308];

/**
 * The product's one HTTP client. It uses the proxies of the environment, and limits silence and total time.
 * It throws a {@link NetworkError} if no answer came, and the reason of an abort.
 */
export function createHttp(settings: HttpSettings): Http {
  const agents = new Agents(settings);
  const send = async (shown: URL, { method, headers, body }: Sent, limits: Limits) => {
    const url = new URL(settings.resolveUrl?.(shown.href) ?? shown.href);
    try {
      const agent = await agents.for(url);
      const sending = agent.request({
        method,
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        // The bytes as they are: what a server packed on the way would have another length and another hash.
        headers: { 'accept-encoding': 'identity', 'user-agent': 'istio-ci', ...login(url), ...headers },
        body:
          body === undefined || typeof body === 'string' || body instanceof Uint8Array
            ? (body ?? null)
            : Readable.from(body),
        signal: limits.signal,
      });
      return new HttpResponse(shown, await untilAborted(sending, limits.signal), limits);
    } catch (cause) {
      return rethrow(cause, limits);
    }
  };
  return async (start, { method = 'GET', headers = {}, body, signal, timeoutMs } = {}) => {
    const limits = { caller: signal, signal: eitherSignal(signal, timeoutMs), stallMs: settings.stallMs };
    let url = new URL(start);
    let sent: Sent = { method, headers, body };
    for (let hop = 0; ; hop += 1) {
      const answer = await send(url, sent, limits);
      const location = answer.header('location');
      if (!redirects.includes(answer.status) || location === undefined) return answer;
      answer.discard();
      const target = redirectTarget(url, location, hop);
      sent = redirectRequest(sent, answer.status, url, target);
      url = target;
    }
  };
}

/** The name and password that a URL carries, for its own server. */
function login({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

function eitherSignal(signal: AbortSignal | undefined, timeoutMs: number | undefined): AbortSignal | null {
  if (timeoutMs === undefined) return signal ?? null;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** undici notices an abort only after it has connected, which may take long. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (signal === null) return await promise;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

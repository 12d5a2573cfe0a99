import { NetworkError } from './network-error.ts';

const maxRedirects = 5;

/**
 * Where a redirect leads. TLS never leads to plain HTTP, and nothing leads to a file. Pure.
 * @throws {NetworkError} for a redirect that is refused
 */
export function redirectTarget(from: URL, location: string, hop: number): URL {
  if (!URL.canParse(location, from.href)) throw refused(`redirected to ${location}, which is no URL`);
  const to = new URL(location, from.href);
  if (hop >= maxRedirects) throw refused(`more than ${maxRedirects} redirects`);
  const allowed = from.protocol === 'https:' ? ['https:'] : ['http:', 'https:'];
  if (!allowed.includes(to.protocol)) throw refused(`redirected from ${from.protocol} to ${to.protocol}`);
  return to;
}

/** What is sent to follow a redirect, as far as a redirect changes it. */
export interface Redirectable {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * The request that follows a redirect, by the rules of fetch
 * (https://fetch.spec.whatwg.org/#http-redirect-fetch): 303, and 301 or 302 of a POST, become a GET without a
 * body; another origin does not see the credentials. Pure.
 * @throws {NetworkError} for a body that was read from a stream, which cannot be sent a second time
 */
export function redirectRequest<T extends Redirectable>(request: T, status: number, from: URL, to: URL): T {
  const dropped = new Set(from.origin === to.origin ? [] : ['authorization', 'cookie']);
  const asks = ['GET', 'HEAD'].includes(request.method);
  const becomesGet = (status === 303 && !asks) || ([301, 302].includes(status) && request.method === 'POST');
  const { body, ...rest } = request;
  if (becomesGet) {
    for (const name of ['content-type', 'content-length', 'content-encoding']) dropped.add(name);
  } else if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw refused('redirected, and what was sent cannot be sent again');
  }
  const headers = Object.entries(request.headers).filter(([name]) => !dropped.has(name.toLowerCase()));
  const next = {
    ...(becomesGet ? { ...rest, method: 'GET' } : request),
    headers: Object.fromEntries(headers),
  };
  return next as T;
}

function refused(message: string): NetworkError {
  return new NetworkError(message, { permanent: true });
}

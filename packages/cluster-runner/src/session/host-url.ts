import type { Session } from '../types.ts';

/**
 * The URL of a service as the host reaches it: `http://mirror:8080/x` becomes `http://127.0.0.1:PORT/x` if
 * `mirror` is a service of the session with that port published; any other URL stays as it is. Pure.
 */
export function hostUrl(session: Pick<Session, 'services'>, url: string, host = '127.0.0.1'): string {
  const parsed = new URL(url);
  const service = session.services.find(({ name }) => name === parsed.hostname);
  const port = service?.ports[Number(parsed.port || (parsed.protocol === 'https:' ? 443 : 80))];
  if (port === undefined) return url;
  parsed.host = `${host}:${port}`;
  return parsed.href;
}

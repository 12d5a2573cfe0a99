import { z } from 'zod';
import { basicAuth, type Credential } from './credentials/credential.ts';

/** What a registry requires, from its WWW-Authenticate header. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined };

/** Reads a WWW-Authenticate header; undefined for a scheme that registries do not use. Pure. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const [, scheme = '', rest = ''] = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' };
  if (scheme.toLowerCase() !== 'bearer') return undefined;
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, bare] of rest.matchAll(/([a-z_]+)=(?:"([^"]*)"|([^\s,]+))/gi))
    fields.set(name.toLowerCase(), quoted ?? bare ?? '');
  const realm = fields.get('realm');
  return realm === undefined ? undefined : { scheme: 'bearer', realm, service: fields.get('service') };
}

/** A request to a token server. */
export interface TokenRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The request for a token that opens every scope. Pure. */
export function tokenRequest(
  realm: URL,
  service: string | undefined,
  scopes: readonly string[],
  credential: Credential | undefined,
): TokenRequest {
  if (credential && 'identityToken' in credential) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'istio-ci',
      scope: scopes.join(' '),
      refresh_token: credential.identityToken,
    });
    if (service !== undefined) form.set('service', service);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { url: realm, method: 'POST', headers, body: form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers = credential ? { authorization: `Basic ${basicAuth(credential)}` } : undefined;
  return { url, method: 'GET', headers: headers ?? {} };
}

/** A token server's answer: the token, and how long it holds; the token is undefined when it gave none. */
export const tokenAnswer = z
  .object({
    token: z.string().optional(),
    access_token: z.string().optional(),
    expires_in: z.number().optional(),
  })
  .transform(({ token, access_token, expires_in }) => ({
    token: token ?? access_token,
    expiresInMs: (expires_in ?? 60) * 1000,
  }));

const claims = z.object({
  access: z.array(z.object({ name: z.string(), actions: z.array(z.string()) })),
});

/**
 * False when a token says that it does not allow to push to `path`: read from its claims if it is a JWT
 * with an access list, as most tokens of registries are. Pure.
 */
export function mayPush(token: string, path: string): boolean {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { access } = claims.parse(JSON.parse(payload));
    return access.some(
      ({ name, actions }) => name === path && (actions.includes('push') || actions.includes('*')),
    );
  } catch {
    return true;
  }
}

import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { listen, makeCertificate } from './registry-server.ts';

export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  readonly certificate: string;
  /** What each request asked for; several scopes with a space between. */
  readonly scopes: string[];
}

export interface TokenServerOptions {
  readonly folder: string;
  readonly username: string;
  readonly password: string;
  /** What the account may do, whatever is requested. */
  readonly actions: readonly string[];
  /** Answers everybody with this, as a captive portal does. */
  readonly html?: string;
  /** Grants only the first scope of a request. */
  readonly oneScope?: boolean;
}

/** A token server like those of registries: it checks the password and signs what the account may do. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { key, certificate } = await makeCertificate(options.folder);
  const privateKey = createPrivateKey(await readFile(key));
  const x5c = new X509Certificate(await readFile(certificate)).raw.toString('base64');
  const basic = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
  const scopes: string[] = [];
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://x').searchParams.getAll('scope');
    scopes.push(asked.join(' '));
    if (options.html !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(options.html);
      return;
    }
    if (request.headers.authorization !== basic) {
      response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED","message":"wrong password"}]}');
      return;
    }
    const given = options.oneScope ? asked.slice(0, 1) : asked;
    const access = given.map((scope) => {
      const [type = '', name = '', actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',').filter((action) => options.actions.includes(action)) };
    });
    const now = Math.floor(Date.now() / 1000);
    const token = jwt(privateKey, x5c, {
      iss: 'test',
      aud: 'test',
      sub: options.username,
      nbf: now - 10,
      iat: now,
      exp: now + 300,
      jti: createHash('sha256').update(`${asked}${now}`).digest('hex'),
      access,
    });
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ token, expires_in: 300 }));
  });
  const port = await listen(server);
  return {
    realm: `http://127.0.0.1:${port}/token`,
    certificate,
    scopes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function jwt(key: ReturnType<typeof createPrivateKey>, x5c: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ES256', x5c: [x5c] })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

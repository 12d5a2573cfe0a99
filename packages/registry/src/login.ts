import type { CiError } from '@istio-ci/kit';
import { assertSecure, type RegistryAccess } from './address.ts';
import { readAnswer } from './answer.ts';
import { mayPush, parseChallenge, tokenAnswer, tokenRequest } from './auth.ts';
import { basicAuth, type Credentials } from './credentials/credential.ts';
import { registryErrors } from './errors.ts';
import { answerFailure, readDetail } from './failures.ts';
import { describeRequest, type RegistryRequest, scopeKey, scopesOf } from './request.ts';
import { type Transport, transient } from './transport.ts';

/** Logs in at registries as each of them asks, and remembers what opened it. */
export class Login {
  readonly #access: RegistryAccess;
  readonly #credentials: Credentials;
  readonly #http: Transport;
  readonly #headers = new Map<string, { readonly header: string; readonly until: number }>();

  constructor(access: RegistryAccess, credentials: Credentials, http: Transport) {
    this.#access = access;
    this.#credentials = credentials;
    this.#http = http;
  }

  /** The Authorization header that opened requests like this one before, while it holds. */
  known(request: RegistryRequest): string | undefined {
    const known = this.#headers.get(scopeKey(request));
    return known && known.until > Date.now() ? known.header : undefined;
  }

  /**
   * The Authorization header for a request that was answered with 401 and this WWW-Authenticate header.
   * @throws {CiError} PUSH_DENIED, REGISTRY_INSECURE, REGISTRY_REFUSED, REGISTRY_ANSWER
   * @throws {TransientError}
   */
  async answer(request: RegistryRequest, header: string | undefined): Promise<string> {
    const challenge = parseChallenge(header);
    if (!challenge) throw this.denied(request, 'it does not say how to log in');
    const { header: answer, holdsMs } =
      challenge.scheme === 'basic'
        ? { header: this.#password(request), holdsMs: Number.POSITIVE_INFINITY }
        : await this.#token(request, challenge);
    this.#headers.set(scopeKey(request), { header: answer, until: Date.now() + holdsMs });
    return answer;
  }

  /** The error for a request that was denied. The next one logs in again. */
  denied(request: RegistryRequest, detail: string): CiError {
    this.#headers.delete(scopeKey(request));
    const { host, path } = request.repository;
    const credential = this.#credentials.byHost.has(host) ? this.#credentials.source : undefined;
    return registryErrors.denied({ host, repository: path, credential, detail });
  }

  /**
   * Checks that the token for a request allows a push, if the token says what it allows.
   * @throws {CiError} PUSH_DENIED
   */
  assertMayPush(request: RegistryRequest): void {
    const header = this.#headers.get(scopeKey(request))?.header;
    if (header?.startsWith('Bearer ') && !mayPush(header.slice(7), request.repository.path))
      throw this.denied(request, 'the token it gave does not allow that');
  }

  #password(request: RegistryRequest): string {
    const credential = this.#credentials.byHost.get(request.repository.host);
    if (!credential || !('password' in credential)) throw this.denied(request, 'it asks for a password');
    return `Basic ${basicAuth(credential)}`;
  }

  async #token(
    request: RegistryRequest,
    { realm, service }: { readonly realm: string; readonly service: string | undefined },
  ): Promise<{ header: string; holdsMs: number }> {
    const { host } = request.repository;
    if (!URL.canParse(realm)) throw this.denied(request, `it names ${realm} to log in at`);
    assertSecure(this.#access, host, new URL(realm));
    const credential = this.#credentials.byHost.get(host);
    const { url, ...asked } = tokenRequest(new URL(realm), service, scopesOf(request), credential);
    const response = await this.#http.send(url, asked);
    if (response.status === 401 || response.status === 403)
      throw this.denied(request, `no token: ${response.status} ${await readDetail(response)}`);
    if (!response.ok) throw await answerFailure(describeRequest(request), response);
    const { token, expiresInMs } = await readAnswer(response, tokenAnswer, host, 'a token').catch(transient);
    if (token === undefined) throw this.denied(request, 'the token server gave none');
    // A token is given up early enough for the request that uses it last.
    return { header: `Bearer ${token}`, holdsMs: expiresInMs * 0.8 };
  }
}

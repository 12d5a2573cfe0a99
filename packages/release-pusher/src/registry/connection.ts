import type { HttpResponse, Operation } from '@istio-ci/kit';
import { basicAuth, type Credentials } from '../credentials/credential.ts';
import { releaseErrors } from '../errors.ts';
import { readAnswer } from './answer.ts';
import { mayPush, parseChallenge, tokenAnswer, tokenRequest } from './auth.ts';
import { detailOf, failureOf, saysImmutable } from './failures.ts';
import type { Repository } from './reference.ts';
import { defaultBase, failed, type RegistryRequest, scopeKey, scopesOf } from './request.ts';
import { retryDelaysMs, TransientError, withRetries } from './retry.ts';
import { Transport, transient } from './transport.ts';

/** How registries are reached from here. */
export interface RegistryAccess {
  /**
   * The URL under which this process reaches a registry that images name otherwise: `registry:5000` on the
   * session's network may be `http://127.0.0.1:PORT` here. By default, and for what it knows nothing of,
   * HTTPS to the host itself.
   */
  readonly resolveHost?: ((host: string) => URL | undefined) | undefined;
  /** Hosts, as images name them, that may be spoken to over plain HTTP. */
  readonly insecureHosts?: readonly string[] | undefined;
  /** Milliseconds before the second, third, … attempt; by default 1, 3, 9 and 27 s. */
  readonly retryDelaysMs?: readonly number[] | undefined;
}

/** One process' dealings with registries: addresses, tokens, retries, and failures as errors of ours. */
export class RegistryConnection {
  readonly #access: RegistryAccess;
  readonly #credentials: Credentials;
  readonly #operation: Operation;
  readonly #http: Transport;
  readonly #authorization = new Map<string, { header: string; until: number }>();

  constructor(access: RegistryAccess, credentials: Credentials, operation: Operation = {}) {
    this.#access = access;
    this.#credentials = credentials;
    this.#operation = operation;
    this.#http = new Transport(operation);
  }

  /**
   * Sends a request until it is answered, and reads the answer with `read` as part of the attempt, so that a
   * body that is cut is asked for again.
   * @throws {CiError} PUSH_DENIED at once, PUSH_UNAVAILABLE after the last attempt, TAG_CONFLICT where the
   * registry itself keeps tags, REGISTRY_REFUSED, REGISTRY_INSECURE
   */
  async send<T>(request: RegistryRequest, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    const { repository, method } = request;
    return this.retry(repository, `${repository.path} (${method})`, () => this.attempt(request, read));
  }

  /** {@link send} without the retries: for steps of several requests, which are retried as a whole. */
  async attempt<T>(request: RegistryRequest, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    const response = await this.#authorized(request);
    if (!response.ok && !request.accept?.includes(response.status))
      throw await failureOf(failed(request), response);
    return await read(response).catch(transient);
  }

  /** Runs `step`, made of {@link attempt}s, again until it works; `what` is its name in messages. */
  async retry<T>({ host }: Repository, what: string, step: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(step, `${host}: ${what}`, this.#operation, this.#delays);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      throw releaseErrors.unavailable(host, what, this.#delays.length + 1, error);
    }
  }

  /**
   * What `look` sees once it is `as` it should be, or at the end: a registry of several machines may answer
   * for a while from one that does not have the last write yet.
   */
  async settled<T>(what: string, look: () => Promise<T>, as: (seen: T) => boolean): Promise<T> {
    let seen: T | undefined;
    const step = async () => {
      const now = await look();
      seen = now;
      if (!as(now)) throw new TransientError('it is not there yet');
      return now;
    };
    return withRetries(step, what, this.#operation, this.#delays).catch((error: unknown) => {
      if (error instanceof TransientError) return seen as T;
      throw error;
    });
  }

  get #delays(): readonly number[] {
    return this.#access.retryDelaysMs ?? retryDelaysMs;
  }

  /**
   * Proves that the credentials open `repository` for pushing, as far as a registry tells before the first
   * byte: a token with that scope where it gives tokens, an accepted password elsewhere.
   * @throws {CiError} PUSH_DENIED
   */
  async checkAccess(repository: Repository): Promise<void> {
    const request: RegistryRequest = {
      repository,
      method: 'GET',
      path: this.#url(repository, '/v2/'),
    };
    await this.send(request, async (response) => void (await response.bytes()));
    const header = this.#authorization.get(scopeKey(request))?.header;
    if (header?.startsWith('Bearer ') && !mayPush(header.slice(7), repository.path))
      throw this.#denied(request, 'the token it gave does not allow that');
  }

  async #authorized(request: RegistryRequest): Promise<HttpResponse> {
    const known = this.#authorization.get(scopeKey(request));
    const first = await this.#once(request, known && known.until > Date.now() ? known.header : undefined);
    if (first.status !== 401) return this.#unlessDenied(request, first);
    first.discard();
    const header = await this.#authorize(request, first.header('www-authenticate'));
    return this.#unlessDenied(request, await this.#once(request, header));
  }

  async #unlessDenied(request: RegistryRequest, response: HttpResponse): Promise<HttpResponse> {
    if (response.status !== 401 && response.status !== 403) return response;
    const detail = await detailOf(response);
    if (saysImmutable(detail)) throw releaseErrors.tagImmutable(failed(request).target, detail);
    this.#authorization.delete(scopeKey(request));
    throw this.#denied(request, `${response.status} ${detail}`);
  }

  async #once(request: RegistryRequest, authorization: string | undefined): Promise<HttpResponse> {
    const url =
      request.path instanceof URL
        ? request.path
        : this.#url(request.repository, `/v2/${request.repository.path}/${request.path}`);
    // An upload may go to another host, which signs its own URLs and must not see our credentials.
    const own = url.origin === this.#url(request.repository, '/').origin;
    return this.#http.send(url, {
      method: request.method,
      headers: { ...request.headers, ...(authorization && own ? { authorization } : {}) },
      body: request.body,
    });
  }

  async #authorize(request: RegistryRequest, header: string | undefined): Promise<string> {
    const challenge = parseChallenge(header);
    const credential = this.#credentials.byHost.get(request.repository.host);
    if (!challenge) throw this.#denied(request, 'it does not say how to log in');
    if (challenge.scheme === 'basic') {
      if (!credential || !('password' in credential)) throw this.#denied(request, 'it asks for a password');
      const { username, password } = credential;
      const basic = `Basic ${basicAuth({ username, password })}`;
      this.#authorization.set(scopeKey(request), { header: basic, until: Number.POSITIVE_INFINITY });
      return basic;
    }
    if (!URL.canParse(challenge.realm))
      throw this.#denied(request, `it names ${challenge.realm} to log in at`);
    const realm = new URL(challenge.realm);
    this.#allowScheme(request.repository.host, realm);
    const { url, ...asked } = tokenRequest(realm, challenge.service, scopesOf(request), credential);
    const response = await this.#http.send(url, asked);
    if (response.status === 401 || response.status === 403)
      throw this.#denied(request, `no token: ${response.status} ${await detailOf(response)}`);
    if (!response.ok) throw await failureOf(failed(request), response);
    const { host } = request.repository;
    const { token, expiresInMs } = await readAnswer(response, tokenAnswer, host, 'a token').catch(transient);
    if (token === undefined) throw this.#denied(request, 'the token server gave none');
    const bearer = `Bearer ${token}`;
    // A token is given up early enough for the request that uses it last.
    this.#authorization.set(scopeKey(request), { header: bearer, until: Date.now() + expiresInMs * 0.8 });
    return bearer;
  }

  #denied({ repository }: RegistryRequest, detail: string) {
    const credential = this.#credentials.byHost.has(repository.host) ? this.#credentials.source : undefined;
    return releaseErrors.denied({
      host: repository.host,
      repository: repository.path,
      credential,
      detail,
    });
  }

  #url({ host }: Repository, path: string): URL {
    const base = this.#access.resolveHost?.(host) ?? defaultBase(host, this.#access.insecureHosts ?? []);
    this.#allowScheme(host, base);
    return new URL(path, base);
  }

  #allowScheme(host: string, url: URL): void {
    if (url.protocol === 'https:' || this.#access.insecureHosts?.includes(host)) return;
    throw releaseErrors.insecureRegistry(host, url.origin);
  }
}

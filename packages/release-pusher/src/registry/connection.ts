import type { Operation } from '@istio-ci/kit';
import { basicAuth, type Credentials } from '../credentials/credential.ts';
import { releaseErrors } from '../errors.ts';
import { mayPush, parseChallenge, parseToken, tokenRequest } from './auth.ts';
import { detailOf, type FailedRequest, failureOf, saysImmutable } from './failures.ts';
import type { Repository } from './reference.ts';
import { retryDelaysMs, TransientError, withRetries } from './retry.ts';

/** How registries are reached from here. */
export interface RegistryAccess {
  /**
   * The URL under which this process reaches a registry that images name otherwise: `registry:5000` on the
   * session's network may be `http://127.0.0.1:PORT` here. By default, and for what it knows nothing of, HTTPS to the
   * host itself.
   */
  readonly resolveHost?: ((host: string) => URL | undefined) | undefined;
  /** Hosts, as images name them, that may be spoken to over plain HTTP. */
  readonly insecureHosts?: readonly string[] | undefined;
  /** Milliseconds before the second, third, … attempt; by default 1, 3, 9 and 27 s. */
  readonly retryDelaysMs?: readonly number[] | undefined;
}

export interface RegistryRequest {
  readonly repository: Repository;
  readonly method: string;
  /** Below `/v2/<repository>/`, or a whole URL as an upload's Location gives it. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  /** Another repository of the same registry, which the request reads. */
  readonly reads?: Repository | undefined;
  /** Statuses besides 2xx that are an answer, not a failure. */
  readonly accept?: readonly number[];
}

/** No single attempt takes longer, in milliseconds; a large layer through a slow line must fit in it. */
const attemptTimeoutMs = 15 * 60_000;

/** One process' dealings with registries: addresses, tokens, retries, and failures as errors of ours. */
export class RegistryConnection {
  readonly #access: RegistryAccess;
  readonly #credentials: Credentials;
  readonly #operation: Operation;
  readonly #authorization = new Map<string, { header: string; until: number }>();

  constructor(access: RegistryAccess, credentials: Credentials, operation: Operation = {}) {
    this.#access = access;
    this.#credentials = credentials;
    this.#operation = operation;
  }

  /**
   * Sends a request until it is answered, and reads the answer with `read` as part of the attempt, so that a body
   * that is cut is asked for again.
   * @throws {CiError} PUSH_DENIED at once, PUSH_UNAVAILABLE after the last attempt, TAG_CONFLICT where the registry
   * itself keeps tags, REGISTRY_REFUSED, REGISTRY_INSECURE
   */
  async send<T>(request: RegistryRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const { repository, method } = request;
    return this.retry(repository, `${repository.path} (${method})`, () => this.attempt(request, read));
  }

  /** {@link send} without the retries: for steps of several requests, which are retried as a whole. */
  async attempt<T>(request: RegistryRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const response = await this.#authorized(request);
    if (!response.ok && !request.accept?.includes(response.status))
      throw await failureOf(failed(request), response);
    return read(response).catch((cause: unknown) => this.#transient(cause));
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
   * What `look` sees once it is `as` it should be, or at the end: a registry of several machines may answer for a while
   * from one that does not have the last write yet.
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
   * Proves that the credentials open `repository` for pushing, as far as a registry tells before the first byte:
   * a token with that scope where it gives tokens, an accepted password elsewhere.
   * @throws {CiError} PUSH_DENIED
   */
  async checkAccess(repository: Repository): Promise<void> {
    const request: RegistryRequest = {
      repository,
      method: 'GET',
      path: this.#url(repository, '/v2/'),
    };
    await this.send(request, async (response) => void (await response.arrayBuffer()));
    const header = this.#authorization.get(scopeKey(request))?.header;
    if (header?.startsWith('Bearer ') && !mayPush(header.slice(7), repository.path))
      throw this.#denied(request, 'the token it gave does not allow that');
  }

  async #authorized(request: RegistryRequest): Promise<Response> {
    const known = this.#authorization.get(scopeKey(request));
    const first = await this.#once(request, known && known.until > Date.now() ? known.header : undefined);
    if (first.status !== 401) return this.#unlessDenied(request, first);
    await first.body?.cancel();
    const header = await this.#authorize(request, first.headers.get('www-authenticate'));
    return this.#unlessDenied(request, await this.#once(request, header));
  }

  async #unlessDenied(request: RegistryRequest, response: Response): Promise<Response> {
    if (response.status !== 401 && response.status !== 403) return response;
    const detail = await detailOf(response);
    if (saysImmutable(detail)) throw releaseErrors.tagImmutable(failed(request).target, detail);
    this.#authorization.delete(scopeKey(request));
    throw this.#denied(request, `${response.status} ${detail}`);
  }

  async #once(request: RegistryRequest, authorization: string | undefined): Promise<Response> {
    const url =
      request.path instanceof URL
        ? request.path
        : this.#url(request.repository, `/v2/${request.repository.path}/${request.path}`);
    // An upload may go to another host, which signs its own URLs and must not see our credentials.
    const own = url.origin === this.#url(request.repository, '/').origin;
    return this.#fetch(url, {
      method: request.method,
      headers: { ...request.headers, ...(authorization && own ? { authorization } : {}) },
      ...(request.body ? { body: request.body as NonNullable<RequestInit['body']>, duplex: 'half' } : {}),
    });
  }

  async #fetch(input: URL | Request, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
    const { signal } = this.#operation;
    const timeout = AbortSignal.timeout(attemptTimeoutMs);
    try {
      return await fetch(input, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch (cause) {
      return this.#transient(cause);
    }
  }

  /** Everything that breaks a connection may be gone next time; only our own abort is final. */
  #transient(cause: unknown): never {
    this.#operation.signal?.throwIfAborted();
    if (cause instanceof TransientError || !(cause instanceof Error)) throw cause;
    if (!['TypeError', 'TimeoutError', 'AbortError'].includes(cause.name)) throw cause;
    const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new TransientError(`the connection failed (${reason})`);
  }

  async #authorize(request: RegistryRequest, header: string | null): Promise<string> {
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
    const realm = new URL(challenge.realm);
    this.#allowScheme(request.repository.host, realm);
    const response = await this.#fetch(tokenRequest(realm, challenge.service, scopesOf(request), credential));
    if (response.status === 401 || response.status === 403)
      throw this.#denied(request, `no token: ${response.status} ${await detailOf(response)}`);
    if (!response.ok) throw await failureOf(failed(request), response);
    const { token, expiresInMs } = parseToken(
      await response.json().catch((e: unknown) => this.#transient(e)),
    );
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

function defaultBase(host: string, insecure: readonly string[]): URL {
  if (host === 'docker.io') return new URL('https://registry-1.docker.io');
  return new URL(`${insecure.includes(host) ? 'http' : 'https'}://${host}`);
}

/**
 * One scope for all requests: every repository here is one that is pushed to. Some registries give no token to read a
 * repository that does not exist yet, but one to push to it. A mount wants to read its source as well.
 */
function scopesOf({ repository, reads }: RegistryRequest): string[] {
  const scope = `repository:${repository.path}:pull,push`;
  return reads === undefined ? [scope] : [scope, `repository:${reads.path}:pull`];
}

function scopeKey(request: RegistryRequest): string {
  return [request.repository.host, ...scopesOf(request)].join(' ');
}

function failed({ repository, method, path }: RegistryRequest): FailedRequest {
  const { host } = repository;
  const tag =
    path instanceof URL ? '' : path.replace(/^manifests\/(?!sha256:)/, ':').replace(/^manifests\//, '@');
  return { host, method, target: `${host}/${repository.path}${/^[:@]/.test(tag) ? tag : ''}` };
}

import type { HttpResponse, Operation } from '@istio-ci/kit';
import { type RegistryAccess, registryUrl } from './address.ts';
import type { Credentials } from './credentials/credential.ts';
import { registryErrors } from './errors.ts';
import { answerFailure, readDetail, saysImmutable } from './failures.ts';
import { Login } from './login.ts';
import type { Repository } from './reference.ts';
import { describeRequest, type RegistryRequest } from './request.ts';
import { retryDelaysMs, TransientError, withRetries } from './retry.ts';
import { Transport, transient } from './transport.ts';

/** Sends requests to registries: to the right address, logged in, again after trouble that may pass. */
export class RegistryConnection {
  readonly #access: RegistryAccess;
  readonly #operation: Operation;
  readonly #http: Transport;
  readonly #login: Login;

  constructor(access: RegistryAccess, credentials: Credentials, operation: Operation = {}) {
    this.#access = access;
    this.#operation = operation;
    this.#http = new Transport(operation);
    this.#login = new Login(access, credentials, this.#http);
  }

  /**
   * Sends a request until it is answered. `read` reads the answer as part of the attempt, so that a body that
   * is cut is requested again.
   * @throws {CiError} PUSH_DENIED at once, PUSH_UNAVAILABLE after the last attempt, TAG_CONFLICT if the
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
      throw await answerFailure(describeRequest(request), response);
    return await read(response).catch(transient);
  }

  /** Runs `step`, made of {@link attempt}s, again until it works; `what` is its name in messages. */
  async retry<T>({ host }: Repository, what: string, step: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(step, `${host}: ${what}`, this.#operation, this.#delays);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      throw registryErrors.unavailable(host, what, this.#delays.length + 1, error);
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
   * Proves that the credentials allow a push to `repository`, as far as a registry says so before the first
   * byte: with a token of that scope if it issues tokens, or by accepting the password.
   * @throws {CiError} PUSH_DENIED
   */
  async checkAccess(repository: Repository): Promise<void> {
    const path = registryUrl(this.#access, repository.host, '/v2/');
    const request = { repository, method: 'GET', path };
    await this.send(request, async (response) => void (await response.bytes()));
    this.#login.assertMayPush(request);
  }

  async #authorized(request: RegistryRequest): Promise<HttpResponse> {
    const first = await this.#once(request, this.#login.known(request));
    if (first.status !== 401) return this.#unlessDenied(request, first);
    first.discard();
    const header = await this.#login.answer(request, first.header('www-authenticate'));
    return this.#unlessDenied(request, await this.#once(request, header));
  }

  async #unlessDenied(request: RegistryRequest, response: HttpResponse): Promise<HttpResponse> {
    if (response.status !== 401 && response.status !== 403) return response;
    const detail = await readDetail(response);
    if (saysImmutable(detail)) throw registryErrors.tagImmutable(describeRequest(request).target, detail);
    throw this.#login.denied(request, `${response.status} ${detail}`);
  }

  async #once(request: RegistryRequest, authorization: string | undefined): Promise<HttpResponse> {
    const { method, repository, path, headers, body } = request;
    const own = registryUrl(this.#access, repository.host, `/v2/${repository.path}/`);
    const url = path instanceof URL ? path : new URL(`${own.href}${path}`);
    // An upload may go to another host, which signs its own URLs and must not see our credentials.
    const login = authorization !== undefined && url.origin === own.origin ? { authorization } : {};
    return this.#http.send(url, { method, headers: { ...headers, ...login }, body });
  }
}

/**
 * Errors that the next attempt would meet again: TLS that is not trusted, a redirect or a request that is
 * refused.
 */
const permanentCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_REDIRECT|ERR_INVALID_|UND_ERR_INVALID_|UND_ERR_PRX_TLS)/;

/**
 * A connection that could not be made or broke, or what the other end did with it; never an error of this
 * machine.
 */
export class NetworkError extends Error {
  /** True if another attempt would fail in the same way. */
  readonly permanent: boolean;

  constructor(message: string, options: { permanent: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NetworkError';
    this.permanent = options.permanent;
  }
}

/**
 * What an error before or between the bytes means. `stallMs` is the silence after which the connection was
 * given up.
 */
export function networkError(cause: unknown, stallMs: number): NetworkError {
  if (cause instanceof NetworkError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const silent = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes(code);
  // The error of a host with several addresses has no message, only a code.
  const text = cause instanceof Error && cause.message !== '' ? cause.message : code || String(cause);
  return new NetworkError(silent ? `silent for ${stallMs / 1000} s` : text, {
    permanent: permanentCodes.test(code),
    cause,
  });
}

/** How patient a fetch is. All are plain data, so that tests and impatient callers can set them. */
export interface Patience {
  /** Tries of one URL that bring nothing new. */
  readonly attempts: number;
  /** The first wait between two tries; it doubles each time, ±20 %. */
  readonly backoffMs: number;
  /** How long a server may be silent. */
  readonly stallMs: number;
  /** The longest `Retry-After` that is waited for; a longer one means the next mirror (release.md F2). */
  readonly retryAfterMs: number;
}

export const patience: Patience = {
  attempts: 4,
  backoffMs: 1000,
  stallMs: 30_000,
  retryAfterMs: 300_000,
};

/** What came of asking one URL once, when it was not the whole file. */
export interface Failure {
  /** `missing` and `forbidden` end the mirror, and so does `refused`; `transient` may be tried again. */
  readonly kind: 'missing' | 'forbidden' | 'refused' | 'transient';
  readonly reason: string;
  /** What the server asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** True if it brought bytes that we did not have: the count of tries starts again. */
  readonly progressed?: boolean;
}

/** What an HTTP status other than 200 and 206 means (release.md F2). `body` is the beginning of what came with it. */
export function failureOf(
  status: number,
  retryAfter: string | undefined,
  body: string,
  now = Date.now(),
): Failure {
  const reason = `HTTP ${status}${/<Code>(\w+)<\/Code>/.exec(body)?.[1]?.replace(/^/, ', ') ?? ''}`;
  if (status === 404 || status === 410 || body.includes('NoSuchKey')) return { kind: 'missing', reason };
  if (status === 401 || status === 403) return { kind: 'forbidden', reason };
  if (status === 408 || status === 416 || status === 429 || status >= 500) {
    return { kind: 'transient', reason, retryAfterMs: parseRetryAfter(retryAfter, now) };
  }
  return { kind: 'refused', reason };
}

/** The milliseconds that a `Retry-After` asks for: seconds or an HTTP date; undefined if it is neither. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Milliseconds until the next try, or undefined when this URL had its chance. `tries` were made in vain so far. */
export function waitBefore(
  failure: Failure,
  tries: number,
  { attempts, backoffMs, retryAfterMs }: Patience,
  random = Math.random(),
): number | undefined {
  if (failure.kind !== 'transient' || tries >= attempts) return undefined;
  const asked = failure.retryAfterMs ?? 0;
  if (asked > retryAfterMs) return undefined;
  return Math.max(asked, backoffMs * 2 ** Math.max(0, tries - 1) * (0.8 + 0.4 * random));
}

const permanentCodes =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_REDIRECT|ERR_INVALID_)/;

/** What an error before or between the bytes means: a certificate that is not trusted will not be on the next try. */
export function failureOfError(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error && error.message !== '' ? error.message : code || String(error);
  return { kind: permanentCodes.test(code) ? 'refused' : 'transient', reason: text };
}

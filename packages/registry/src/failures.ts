import { type HttpResponse, parseRetryAfter } from '@istio-ci/kit';
import { registryErrors } from './errors.ts';
import { TransientError } from './retry.ts';

/** The request that failed, as far as a message needs it. */
export interface FailedRequest {
  readonly host: string;
  readonly method: string;
  /** The subject of the request: `quay.io/acme/pilot:1.29.1`. */
  readonly target: string;
}

/** Worth another attempt; 499 and 520 to 524 are of the proxies before registries (nginx, Cloudflare). */
const temporary = new Set([408, 425, 429, 499, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524]);

/**
 * The error for an unsuccessful answer: one to retry, the registry's own refusal to move a tag, or a final
 * one.
 */
export async function answerFailure(
  { host, method, target }: FailedRequest,
  response: HttpResponse,
): Promise<Error> {
  const detail = await readDetail(response);
  if (saysImmutable(detail)) return registryErrors.tagImmutable(target, detail);
  if (temporary.has(response.status)) {
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), Date.now());
    return new TransientError(`${response.status} ${detail}`.trim(), { retryAfterMs });
  }
  return registryErrors.refused(host, `${method} ${target}`, `${response.status} ${detail}`);
}

/** Docker Hub, ECR, Harbor and ACR keep tags themselves, each in its own words. */
export function saysImmutable(detail: string): boolean {
  return /TAG_INVALID|cannot be (?:overwritten|updated)|immutable/i.test(detail);
}

/** The registry's explanation in one short line: `CODE: message` of its errors, or the start of the text. */
export async function readDetail(response: HttpResponse): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const { errors } = JSON.parse(text) as { errors: { code?: string; message?: string }[] };
    return errors.map(({ code, message }) => `${code ?? 'ERROR'}: ${message ?? ''}`.trim()).join('; ');
  } catch {
    return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  }
}

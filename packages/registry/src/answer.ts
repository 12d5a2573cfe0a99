import type { HttpResponse } from '@istio-ci/kit';
import type { z } from 'zod';
import { registryErrors } from './errors.ts';

/**
 * Parses the answer to a request for JSON; `what` was requested. The text of another answer is not shown: it
 * may be a token.
 * @throws {CiError} REGISTRY_ANSWER
 */
export async function readAnswer<T>(
  response: HttpResponse,
  schema: z.ZodType<T>,
  host: string,
  what: string,
): Promise<T> {
  const text = await response.text();
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw registryErrors.answerUnreadable(host, what, response.header('content-type') ?? 'something');
  }
}

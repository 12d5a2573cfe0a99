import { CiError } from '@istio-ci/kit';
import type { Redactor } from './redactor.ts';

/** Takes the secrets out of every word of an error and its causes, in place, and gives it back. */
export function redactError(error: unknown, redactor: Redactor): unknown {
  const seen = new Set<unknown>();
  for (let next = error; next instanceof Error && !seen.has(next); next = next.cause) {
    seen.add(next);
    next.message = redactor.text(next.message);
    if (next.stack !== undefined) next.stack = redactor.text(next.stack);
    if (next instanceof CiError) Object.assign(next, { remedy: redactor.text(next.remedy) });
  }
  return error;
}

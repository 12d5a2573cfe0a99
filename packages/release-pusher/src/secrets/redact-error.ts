import { CiError } from '@istio-ci/kit';
import type { Redactor } from './redactor.ts';

/** Removes the secrets from all texts of an error and its causes, in place, and returns it. */
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

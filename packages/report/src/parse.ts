import { messageOf } from '@istio-ci/kit';
import { reportErrors } from './errors.ts';
import { type Run, runSchema } from './schema.ts';

/**
 * The run in the text of a `run.json`. All faults are reported at once, each with its position. Pure.
 * @throws {CiError} RUN_INVALID
 */
export function parseRun(text: string): Run {
  const result = runSchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  throw reportErrors.run(
    result.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw reportErrors.run([`it is no JSON: ${messageOf(error)}`]);
  }
}

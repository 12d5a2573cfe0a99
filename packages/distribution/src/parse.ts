import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { distributionErrors } from './errors.ts';
import { type DistributionConfig, distributionSchema } from './schema.ts';

/**
 * The configuration in `text`, with its defaults. All faults are reported at once, each with its line. Pure.
 * @throws {CiError} CONFIG_SYNTAX, CONFIG_INVALID
 */
export function parseConfig(file: string, text: string): DistributionConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw distributionErrors.syntax(
      file,
      document.errors.map((error) => (error.message.split('\n')[0] ?? '').replace(/:$/, '')),
    );
  }
  const result = distributionSchema.safeParse(document.toJS() ?? {});
  const lineOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
        return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  const faults = result.success
    ? rules(result.data)
    : result.error.issues.map((issue) => describe(issue, lineOf));
  if (faults.length > 0 || !result.success) throw distributionErrors.invalid(file, faults);
  return result.data;
}

function describe(
  issue: z.core.$ZodIssue,
  lineOf: (path: readonly PropertyKey[]) => number | undefined,
): string {
  const line = lineOf(issue.path);
  const where = issue.path.length === 0 ? 'the file' : issue.path.join('.');
  return `${line === undefined ? '' : `line ${line}: `}${where}: ${issue.message}`;
}

/** What one key alone cannot show. */
function rules(config: DistributionConfig): string[] {
  const faults: string[] = [];
  if (config.services.kubernetes || config.services.builder) {
    faults.push("services: 'kubernetes' and 'builder' are names of the session itself");
  }
  if (config.push.tagPattern !== undefined) {
    try {
      new RegExp(config.push.tagPattern);
    } catch {
      faults.push('push.tagPattern: is not a regular expression');
    }
  }
  return faults;
}

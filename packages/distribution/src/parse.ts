import { messageOf } from '@istio-ci/kit';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { distributionErrors } from './errors.ts';
import { describeIssue } from './faults.ts';
import { type DistributionConfig, distributionSchema, mappingKeys } from './schema.ts';
import type { Origin, Override } from './settings.ts';

type Path = readonly PropertyKey[];

/** A configuration, and the origin of each of its keys; undefined for a default. */
export interface ParsedConfig {
  readonly config: DistributionConfig;
  readonly originOf: (path: Path) => Origin | undefined;
}

/**
 * The configuration in `text` with its overrides and defaults. All faults are reported at once, each with its
 * line, variable or option. Pure.
 * @throws {CiError} CONFIG_SYNTAX, CONFIG_INVALID
 */
export function parseConfig(file: string, text: string, overrides: readonly Override[] = []): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw distributionErrors.syntax(
      file,
      document.errors.map((error) => (error.message.split('\n')[0] ?? '').replace(/:$/, '')),
    );
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw distributionErrors.invalid(file, [
      'line 1: the file must hold keys with values, as in `profile: modern`',
    ]);
  }
  const overrideOf = (path: Path) =>
    overrides.find((one) => one.path.every((key, index) => key === path[index]));
  const originOf = (path: Path): Origin | undefined => {
    const override = overrideOf(path);
    if (override) return override.origin;
    const offset = offsetOf(document, path);
    return offset === undefined ? undefined : { kind: 'file', line: lines.linePos(offset).line };
  };
  const given = withOverrides(filled(plainOf(file, document)), overrides);
  const result = distributionSchema.safeParse(given, { reportInput: true });
  if (!result.success) {
    const { issues } = result.error;
    throw distributionErrors.invalid(
      issues.every(({ path }) => overrideOf(path)) ? 'What was asked for' : file,
      issues.flatMap((issue) => describeIssue(issue, originOf)),
    );
  }
  return { config: result.data, originOf };
}

type Mapping = Readonly<Record<string, unknown>>;

/** The parser notices an alias without an anchor, or too many aliases, only when it resolves them. */
function plainOf(file: string, document: Document): Mapping {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw distributionErrors.syntax(file, [messageOf(error)]);
  }
}

/**
 * A key with nothing below it, as in `cluster:` with its lines commented out, has no values and is not a
 * fault.
 */
function filled(config: Mapping): Mapping {
  const entries = Object.entries(config);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, value === null && mappingKeys.includes(key) ? {} : value]),
  );
}

/**
 * Puts the overrides in place. If the file has no mapping to hold one, the fault of the file is reported
 * instead.
 */
function withOverrides(config: Mapping, overrides: readonly Override[]): unknown {
  return overrides.reduce<unknown>((whole, { path, value }) => replaced(whole, path, value), config);
}

function replaced(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (whole !== undefined && !isMapping(whole)) return whole;
  return { ...whole, [key]: replaced(whole?.[key], rest, value) };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The position of the key in the text; for an item of a list, that of its value. */
function offsetOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  if (!isMap(parent)) {
    const item = path.length === 0 ? undefined : document.getIn(path, true);
    return isNode(item) ? item.range?.[0] : undefined;
  }
  const key = parent.items.map((pair) => pair.key).find((one) => isNode(one) && String(one) === name);
  return isNode(key) ? key.range?.[0] : undefined;
}

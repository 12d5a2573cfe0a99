import { z } from 'zod';
import { nearestName } from './nearest.ts';
import { distributionSchema } from './schema.ts';
import type { Origin } from './settings.ts';

type Path = readonly PropertyKey[];
type OriginOf = (path: Path) => Origin | undefined;

/** A fault of the schema as one clause per key, with its position in front. Pure. */
export function describeIssue(issue: z.core.$ZodIssue, originOf: OriginOf): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${placeOf([...issue.path, key], originOf)}${unknownKey(issue.path, key)}`,
    );
  }
  return [`${placeOf(issue.path, originOf)}${issue.path.join('.')}: ${wordsOf(issue)}`];
}

function unknownKey(path: Path, key: string): string {
  const known = knownKeys(path);
  const nearest = nearestName(key, known);
  const advice = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean '${nearest}'?`;
  return `unknown key '${[...path, key].join('.')}'; ${advice}`;
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const nearest = typeof issue.input === 'string' ? nearestName(issue.input, values) : undefined;
    const advice = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
    // YAML reads 1.37 as a number, and 1.30 as 1.3.
    const quotes = typeof issue.input === 'number' ? ', in quotes' : '';
    return `must be ${values.map((value) => `'${value}'`).join(' or ')}${quotes}${advice}`;
  }
  // The key of a record: the nested issue says what is wrong with it.
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message).join(', and ');
  if (issue.code === 'invalid_type') {
    return `must be ${{ array: 'a list', record: 'keys with values', object: 'keys with values', int: 'a whole number', boolean: 'true or false' }[issue.expected as string] ?? `a ${issue.expected}`}`;
  }
  return issue.message;
}

/** The line, the variable or the option that the fault is in. */
function placeOf(path: Path, originOf: OriginOf): string {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = originOf(path.slice(0, length));
    if (origin?.kind === 'file') return `line ${origin.line}: `;
    if (origin && 'name' in origin) return `${origin.name}: `;
  }
  return '';
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: { readonly enum?: readonly string[] };
}

/** The keys that the schema allows here, taken from its published form. */
function knownKeys(path: Path): string[] {
  let node = z.toJSONSchema(distributionSchema, { io: 'input' }) as SchemaNode;
  for (const key of path) {
    const others = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
    node = node.properties?.[String(key)] ?? others;
  }
  const keys = Object.keys(node.properties ?? {}).filter((key) => key !== '$schema');
  return [...keys, ...(node.propertyNames?.enum ?? [])];
}

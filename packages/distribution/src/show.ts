import { type Distribution, loadWithOrigins, type Sources } from './distribution.ts';
import type { Origin } from './settings.ts';

/** A value of the configuration, and its origin. */
export interface ConfigRow {
  /** Its keys, joined by dots. */
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** What the profile decides if nothing else does. */
const fromProfile = /^(directory|gopath|variables(\..+)?|kubeconfig|envoy\.(dockerfile|deps|install))$/;

/**
 * Each value that a run on this distribution would use, with its origin, in the order of the schema.
 * @throws {CiError} as {@link loadWithOrigins}
 */
export async function configRows(directory: string, sources: Sources = {}): Promise<ConfigRow[]> {
  const { distribution, originOf } = await loadWithOrigins(directory, sources);
  return leaves(distribution).map(({ path, value }): ConfigRow => {
    const key = path.join('.');
    const fallback: Origin = fromProfile.test(key)
      ? { kind: 'profile', name: distribution.profile }
      : { kind: 'default' };
    return { key, value, origin: originOf(path) ?? fallback };
  });
}

/** An origin in words. Pure. */
export function originInWords(origin: Origin, file: string): string {
  if (origin.kind === 'file') return `${file}:${origin.line}`;
  if (origin.kind === 'default') return 'default';
  return origin.kind === 'profile' ? `profile ${origin.name}` : origin.name;
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every value that is not a mapping; an empty mapping is a value too. */
function leaves(distribution: Distribution): Leaf[] {
  const of = (path: readonly string[], value: unknown): Leaf[] => {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    const entries = isMapping ? Object.entries(value).filter(([, inner]) => inner !== undefined) : [];
    return entries.length === 0
      ? [{ path, value }]
      : entries.flatMap(([key, inner]) => of([...path, key], inner));
  };
  return Object.entries(distribution)
    .filter(([key, value]) => key !== 'root' && value !== undefined)
    .flatMap(([key, value]) => of([key], value));
}

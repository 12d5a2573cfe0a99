import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The repository's top folder: images/, examples/ and the launcher are found from here. */
export const repositoryRoot = resolve(import.meta.dirname, '../../..');

/** A place below our cache, `$XDG_CACHE_HOME/istio-ci` (by default `~/.cache/istio-ci`); safe to delete at any time. */
export function cachePath(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'istio-ci', ...parts);
}

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The top folder of the repository, with images/, examples/ and the launcher. */
export const repositoryRoot = resolve(import.meta.dirname, '../../..');

/**
 * A path in our cache, `$XDG_CACHE_HOME/istio-ci` or `~/.cache/istio-ci`, which may be deleted at any time.
 */
export function cachePath(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'istio-ci', ...parts);
}

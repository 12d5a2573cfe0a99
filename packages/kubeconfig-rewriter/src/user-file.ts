import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { mergeKubeconfig, nameKubeconfig, removeFromKubeconfig } from './merge.ts';
import { updateKubeconfig } from './write.ts';

/** The name of a session's context, cluster and user in the user's own file. */
export function contextName(session: string): string {
  return `istio-ci-${session}`;
}

/**
 * The file that kubectl itself would write to: of several in KUBECONFIG the first that exists, or else the
 * last (client-go, PathOptions.GetDefaultFilename). Pure but for `exists`.
 */
export function userKubeconfig(
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): string {
  const files = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return files.find(exists) ?? files.at(-1) ?? join(env.HOME ?? homedir(), '.kube/config');
}

/**
 * Adds a session's kubeconfig to the user's file, as a context named after the session. It becomes the
 * current one unless `keepContext`.
 * @returns the context's name
 * @throws {CiError} what `mergeKubeconfig` and `updateKubeconfig` throw; the file is then unchanged
 */
export async function mergeSession(
  file: string,
  session: string,
  text: string,
  options: { readonly keepContext?: boolean | undefined } = {},
): Promise<string> {
  const name = contextName(session);
  const added = nameKubeconfig(text, name);
  await updateKubeconfig(file, (existing) => mergeKubeconfig(existing, added, options));
  return name;
}

/**
 * Removes a session's context from the user's file. A file without that name is not touched, even if it is
 * malformed or locked.
 * @returns whether the context was there
 */
export async function removeMergedSession(file: string, session: string): Promise<boolean> {
  const name = contextName(session);
  const before = await readFile(file, 'utf8').catch(() => '');
  if (!before.includes(name)) return false;
  let removed = false;
  await updateKubeconfig(file, (existing) => {
    if (existing === undefined) return undefined;
    const text = removeFromKubeconfig(existing, name);
    removed = text !== existing;
    return text;
  });
  return removed;
}

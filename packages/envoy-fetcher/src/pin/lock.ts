import { readFile } from 'node:fs/promises';
import { messageOf } from '@istio-ci/kit';
import writeFileAtomic from 'write-file-atomic';
import { envoyErrors } from '../errors.ts';
import type { Arch, Build } from './build.ts';
import type { EnvoyLock, LockEntry } from './lock-schema.ts';

/**
 * Reads a lock file.
 * @returns undefined if there is none
 * @throws {CiError} ENVOY_LOCK_INVALID
 */
export async function readLock(path: string): Promise<EnvoyLock | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw envoyErrors.lockInvalid(path, messageOf(error), error);
  });
  if (text === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw envoyErrors.lockInvalid(path, messageOf(error), error);
  }
  // Loaded only if needed: zod takes a tenth of a second, and many trees have no lock file.
  const { lockFile } = await import('./lock-schema.ts');
  const parsed = lockFile.safeParse(content);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
    throw envoyErrors.lockInvalid(path, faults.join('; '));
  }
  return parsed.data;
}

/** Writes a lock file atomically. The entries have a fixed order, so that a diff shows only what changed. */
export async function writeLock(path: string, lock: EnvoyLock): Promise<void> {
  const order = ({ name, flavour, arch, sha }: LockEntry) => `${name} ${flavour} ${arch} ${sha}`;
  const entries = lock.entries.toSorted((a, b) => order(a).localeCompare(order(b)));
  await writeFileAtomic(path, `${JSON.stringify({ ...lock, entries }, null, 2)}\n`);
}

/** The entry of a build for an architecture; undefined if there is none. */
export function lockedEntry(lock: EnvoyLock | undefined, build: Build, arch: Arch): LockEntry | undefined {
  return lock?.entries.find(
    (one) =>
      one.name === build.name && one.sha === build.sha && one.flavour === build.flavour && one.arch === arch,
  );
}

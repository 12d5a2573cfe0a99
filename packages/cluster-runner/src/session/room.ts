import { formatBytes, freeBytes, isLocalEngine } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';
import { errors } from '../errors.ts';
import type { Limits } from './types.ts';

const MiB = 1024 * 1024;

/** What one cluster needs before anything of the user's runs in it: idle it takes some 400 MiB (docs/boot.md). */
const needs = { memoryBytes: 1024 * MiB, diskBytes: 1024 * MiB } as const;

/** What there is; an unknown figure is not judged. */
export interface Room {
  readonly memoryBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
  /** Where the engine keeps its data. */
  readonly dataRoot: string;
}

/**
 * Holds that a cluster fits, before it is started and dies of it. Pure.
 * @throws {CiError} MEMORY_TOO_SMALL, DISK_TOO_SMALL
 */
export function requireRoom({ memoryBytes, diskBytes, dataRoot }: Room, limits: Limits = {}): void {
  const memory = Math.min(memoryBytes ?? Infinity, limits.memoryBytes ?? Infinity);
  if (memory < needs.memoryBytes) {
    throw errors.memoryTooSmall(formatBytes(memory), formatBytes(needs.memoryBytes));
  }
  if (diskBytes !== undefined && diskBytes < needs.diskBytes) {
    throw errors.diskTooSmall(dataRoot, formatBytes(diskBytes), formatBytes(needs.diskBytes));
  }
}

/** What the engine's machine has; its disk only where that is this machine. */
export async function roomOf(engine: Docker): Promise<Room> {
  const { MemTotal, DockerRootDir } = await engineStep({ what: 'ask the engine' }, () => engine.info());
  return {
    memoryBytes: MemTotal,
    dataRoot: DockerRootDir,
    diskBytes: isLocalEngine() ? await freeBytes(DockerRootDir) : undefined,
  };
}

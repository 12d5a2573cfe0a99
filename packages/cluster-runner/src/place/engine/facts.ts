import { readFile } from 'node:fs/promises';
import { isLocalEngine } from '@istio-ci/image-builder';
import { freeBytes } from '@istio-ci/kit';
import type Docker from 'dockerode';
import type { PlaceFacts } from '../place.ts';
import { engineStep } from './engine-errors.ts';

/** Asks the engine about itself and its machine. @throws {CiError} ENGINE_LOST, ENGINE_FAILED */
export async function engineFacts(engine: Docker): Promise<PlaceFacts> {
  const asked = Date.now();
  const [info, version] = await engineStep({ what: 'report its state' }, () =>
    Promise.all([engine.info(), engine.version()]),
  );
  const answered = Date.now();
  const local = isLocalEngine();
  const component = version.Components?.[0]?.Name;
  // The engine answers in nanoseconds, some time between the question and the answer.
  const clock = Date.parse(info.SystemTime);
  return {
    otherEngine: component === undefined || component === 'Engine' ? undefined : component,
    version: info.ServerVersion,
    storageDriver: info.Driver,
    cgroupVersion: info.CgroupVersion ?? '',
    rootless: (info.SecurityOptions ?? []).some((option: string) => option.includes('name=rootless')),
    memoryBytes: info.MemTotal,
    availableBytes: local ? await availableBytes() : undefined,
    diskBytes: local ? await freeBytes(info.DockerRootDir) : undefined,
    inotifyInstances: local ? await numberIn('/proc/sys/fs/inotify/max_user_instances') : undefined,
    dataRoot: info.DockerRootDir,
    clockAheadMs: Number.isNaN(clock) ? undefined : outside(clock, asked, answered),
    details: info,
  };
}

/** How far a moment lies outside a span. */
function outside(moment: number, from: number, to: number): number {
  if (moment < from) return moment - from;
  return moment > to ? moment - to : 0;
}

async function availableBytes(): Promise<number | undefined> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

async function numberIn(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text);
}

import { readFile } from 'node:fs/promises';
import { freeBytes, isLocalEngine, isNotFound, kubernetesLabel } from '@istio-ci/kit';
import type Docker from 'dockerode';
import { engineStep } from '../engine/engine-errors.ts';

/** What there is of the engine and its machine; an unknown figure is not judged. */
export interface EngineFacts {
  /** As the engine names itself, where it is not Docker's own: `Podman Engine`. */
  readonly otherEngine?: string | undefined;
  readonly version: string;
  readonly storageDriver: string;
  /** `1`, `2`, or what an engine without cgroups says. */
  readonly cgroupVersion: string;
  readonly rootless: boolean;
  readonly memoryBytes?: number | undefined;
  /** Not used by now; only where the engine's machine is this one, like the two after it. */
  readonly availableBytes?: number | undefined;
  readonly diskBytes?: number | undefined;
  readonly inotifyInstances?: number | undefined;
  /** Where the engine keeps its data. */
  readonly dataRoot: string;
  /** How far the engine's clock is ahead of ours. */
  readonly clockAheadMs?: number | undefined;
}

/** Asks the engine, in one moment. @throws {CiError} ENGINE_LOST, ENGINE_FAILED */
export async function engineFacts(engine: Docker): Promise<EngineFacts> {
  const asked = Date.now();
  const [info, version] = await engineStep({ what: 'tell about itself' }, () =>
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
  };
}

/** The release of Kubernetes that an image says it has; undefined where it is not there, or none of ours. */
export async function kubernetesIn(engine: Docker, image: string): Promise<string | undefined> {
  return engineStep({ what: 'look at the image', image }, async () => {
    try {
      return (await engine.getImage(image).inspect()).Config.Labels?.[kubernetesLabel];
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  });
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

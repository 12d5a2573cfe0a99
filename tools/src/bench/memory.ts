import { setTimeout as delay } from 'node:timers/promises';
import { downSession, upSession } from '@istio-ci/cluster-runner';
import { connectEngine } from '@istio-ci/image-builder';
import type { ContainerStats } from 'dockerode';
import type { BenchRequest } from './boot.ts';
import { type Summary, summarize } from './statistics.ts';

export interface MemoryBench {
  /** Bytes in use by an idle cluster, without reclaimable file cache, as in `docker stats`. */
  readonly idleBytes: Summary;
}

/** The time after which a cluster counts as idle, in milliseconds. */
const settleMs = 15_000;

/** Measures the whole cluster container, some time after it was ready. */
export async function benchMemory(request: BenchRequest): Promise<MemoryBench> {
  const values: number[] = [];
  for (let run = 1; run <= request.runs; run += 1) {
    request.progress?.(`memory ${run} of ${request.runs}`);
    const session = await upSession(request);
    try {
      await delay(settleMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
      const container = connectEngine().getContainer(session.container);
      values.push(usedBytes(await container.stats({ stream: false })));
    } finally {
      await downSession(request.place, session);
    }
  }
  return { idleBytes: summarize(values) };
}

/**
 * The memory in use. The file cache is total_inactive_file on cgroup v1 and inactive_file on v2 (docker/cli,
 * calculateMemUsage). Pure.
 */
export function usedBytes({ memory_stats: memory }: Pick<ContainerStats, 'memory_stats'>): number {
  const stats = memory.stats as unknown as Readonly<Record<string, number>>;
  const cache = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return memory.usage - Math.min(cache, memory.usage);
}

import { setTimeout as delay } from 'node:timers/promises';
import { downSession, upSession } from '@istio-ci/cluster-runner';
import type { ContainerStats } from 'dockerode';
import type { BenchRequest } from './boot.ts';
import { type Summary, summarize } from './statistics.ts';

export interface MemoryBench {
  /** Bytes that an idle cluster holds, file cache that can be given back not counted, as `docker stats` counts. */
  readonly idleBytes: Summary;
}

/** How long a cluster is left alone before it counts as idle, in milliseconds. */
const settleMs = 15_000;

/** Measures the whole cluster container a while after everything was true in it. */
export async function benchMemory(request: BenchRequest): Promise<MemoryBench> {
  const values: number[] = [];
  for (let run = 1; run <= request.runs; run += 1) {
    request.progress?.(`memory ${run} of ${request.runs}`);
    const session = await upSession(request);
    try {
      await delay(settleMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
      values.push(usedBytes(await request.engine.getContainer(session.container).stats({ stream: false })));
    } finally {
      await downSession(request.engine, session);
    }
  }
  return { idleBytes: summarize(values) };
}

/** Pure. The cache's name differs: total_inactive_file on cgroup v1, inactive_file on v2 (docker/cli, calculateMemUsage). */
export function usedBytes({ memory_stats: memory }: Pick<ContainerStats, 'memory_stats'>): number {
  const stats = memory.stats as unknown as Readonly<Record<string, number>>;
  const cache = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return memory.usage - Math.min(cache, memory.usage);
}

import type { ContainerStats } from 'dockerode';
import { describe, expect, it } from 'vitest';
import { usedBytes } from './memory.ts';

const used = (usage: number, stats: object) =>
  usedBytes({ memory_stats: { usage, stats } } as unknown as ContainerStats);

describe('usedBytes', () => {
  it('leaves out the file cache of cgroup v1', () => {
    expect(used(100, { total_inactive_file: 30, inactive_file: 10 })).toBe(70);
  });

  it('leaves out the file cache of cgroup v2', () => {
    expect(used(100, { inactive_file: 10 })).toBe(90);
  });
});

import { rm } from 'node:fs/promises';
import { connectEngine, runProgram } from '@istio-ci/kit';
import type { ClusterSettings } from './entries.ts';
import { poolFill } from './fill.ts';

/** What a refill is told, as its one argument. */
export interface RefillOrder {
  readonly settings: ClusterSettings;
  readonly evidenceDir?: string | undefined;
  /** Where its errors go; removed when there was none. */
  readonly log: string;
}

await runProgram(async ({ signal }) => {
  const { settings, evidenceDir, log } = JSON.parse(process.argv[2] ?? '') as RefillOrder;
  await poolFill({ ...settings, evidenceDir, engine: connectEngine(), count: 'more', signal });
  await rm(log, { force: true });
  return 0;
});

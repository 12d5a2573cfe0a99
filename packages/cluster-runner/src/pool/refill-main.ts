import { rm } from 'node:fs/promises';
import { runProgram } from '@istio-ci/kit';
import { connectPlace } from '../place/open.ts';
import type { ClusterSettings } from './entries.ts';
import { poolFill } from './fill.ts';

/** The one argument of a refill. */
export interface RefillOrder {
  readonly settings: ClusterSettings;
  readonly evidenceDir?: string | undefined;
  /** The file for its errors; removed if there was none. */
  readonly log: string;
}

await runProgram(async ({ signal }) => {
  const { settings, evidenceDir, log } = JSON.parse(process.argv[2] ?? '') as RefillOrder;
  await poolFill({ ...settings, evidenceDir, place: connectPlace(), count: 'more', signal });
  await rm(log, { force: true });
  return 0;
});

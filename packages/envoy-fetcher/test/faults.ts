import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatSeconds } from '@istio-ci/kit';
import { faultRun, makeDecoys } from './fault-run.ts';
import { startLyingServer } from './lying-server.ts';

/**
 * The long fault suite: `node test/faults.ts --runs 10000 --seed 1`. Run i has the seed `seed + i`, so
 * `--runs 1 --seed <its seed>` repeats one run. The seed is printed first. Exits 1 if any run broke the
 * property.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '0.03' },
    // A run mostly waits, for stalls and pauses.
    jobs: { type: 'string', default: String(4 * availableParallelism()) },
    worker: { type: 'string' },
  },
});
const [runs, seed, kills, jobs] = [values.runs, values.seed, values.kills, values.jobs].map(Number) as [
  number,
  number,
  number,
  number,
];

interface Tally {
  readonly runs: number;
  readonly requests: number;
  readonly lies: number;
  readonly outcomes: Record<string, number>;
  readonly broken: readonly string[];
}

if (values.worker === undefined) await supervise();
else process.send?.(await work(Number(values.worker)), () => process.exit());

async function supervise(): Promise<void> {
  const start = performance.now();
  // First of all, so that a suite that throws can be repeated too.
  process.stdout.write(`seed ${seed}\n`);
  const tallies = await Promise.all(Array.from({ length: jobs }, (_, index) => startWorker(index)));
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  const outcomes: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [name, count] of Object.entries(tally.outcomes))
      outcomes[name] = (outcomes[name] ?? 0) + count;
  }
  const broken = tallies.flatMap((tally) => tally.broken);
  const lines = [
    `${sum((tally) => tally.runs)} runs, ${sum((tally) => tally.lies)} lies planned, ${sum((tally) => tally.requests)} requests, ${formatSeconds((performance.now() - start) / 1000)}`,
    ...Object.entries(outcomes)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`),
    `${broken.length} runs broke the property`,
    ...broken,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

async function startWorker(index: number): Promise<Tally> {
  const worker = fork(import.meta.filename, [...process.argv.slice(2), '--worker', String(index)]);
  const result = Promise.withResolvers<Tally>();
  worker.once('message', (message) => result.resolve(message as Tally));
  worker.once('exit', (code) =>
    result.reject(new Error(`worker ${index} exited ${code} without a result (seed ${seed})`)),
  );
  return await result.promise;
}

/** Every `jobs`-th run, from `first` on. */
async function work(first: number): Promise<Tally> {
  await using server = await startLyingServer();
  const decoys = await makeDecoys();
  const folder = await mkdtemp(join(tmpdir(), 'istio-ci-faults-'));
  process.once('disconnect', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
  const tally = {
    runs: 0,
    requests: 0,
    lies: 0,
    outcomes: {} as Record<string, number>,
    broken: [] as string[],
  };
  for (let index = first; index < runs; index += jobs) {
    try {
      const result = await faultRun(seed + index, server, decoys, join(folder, String(index)), kills);
      tally.requests += result.requests;
      tally.lies += result.lies;
      for (const outcome of result.outcomes) tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
    } catch (error) {
      tally.broken.push(`seed ${seed + index}: ${error instanceof Error ? error.stack : error}`);
    }
    tally.runs += 1;
    server.files.clear();
    server.lies.clear();
    server.requests.length = 0;
  }
  await rm(folder, { recursive: true });
  return tally;
}

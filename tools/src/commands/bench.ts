import { availableParallelism, loadavg } from 'node:os';
import { clusterImage } from '@istio-ci/cli/cluster-image';
import type { CliContext } from '@istio-ci/cli/context';
import { wholeNumber } from '@istio-ci/cli/numbers';
import { print, printJson, withProgress } from '@istio-ci/cli/output';
import { type Bootstrapper, bootstrappers, formatBytes, type Operation } from '@istio-ci/kit';
import { type Command, InvalidArgumentError } from 'commander';
import { benchBoot } from '../bench/boot.ts';
import { compareBoots } from '../bench/compare.ts';
import { benchMemory } from '../bench/memory.ts';
import { benchParallel } from '../bench/parallel.ts';
import { benchPromote } from '../bench/promote.ts';
import { benchRemove } from '../bench/remove.ts';
import { benchStandby } from '../bench/standby.ts';
import type { Summary } from '../bench/statistics.ts';
import { toolsErrors } from '../errors.ts';

const benches = {
  boot: benchBoot,
  memory: benchMemory,
  parallel: benchParallel,
  remove: benchRemove,
  standby: benchStandby,
};
type BenchName = keyof typeof benches | 'promote';

export const benchNames = [...Object.keys(benches), 'promote'];

interface BenchOptions {
  readonly runs: number;
  readonly count: number;
  readonly bootstrapper: readonly [Bootstrapper, Bootstrapper?];
  readonly json?: boolean;
}

/** `bench`: measures clusters and releases on this machine. */
export function addBench(root: Command, { signal }: CliContext): void {
  root
    .command('bench')
    .description('Measure clusters and releases on this machine: median, minimum and maximum of some runs.')
    .argument('<bench>', benchNames.join(', '))
    .option('--runs <n>', 'the number of runs', wholeNumber, 5)
    .option('--count <n>', 'parallel: the number of clusters', wholeNumber, 4)
    .option('--bootstrapper <names>', 'native, minikube, or both for boot: minikube,native', twoAtMost, [
      'native',
    ])
    .option('--json', 'print the figures as JSON, times in milliseconds')
    .addHelpText(
      'after',
      `
Each bench compares, pair by pair:
  boot      with two bootstrappers, the first with the second
  parallel  clusters started at once, with as many started one after the other
  remove    a whole session, with a bare container of the same image
  standby   a cluster of the pool, with one that is booted
  promote   four images released by digest, with pulling and pushing them
It also prints the load of the machine before and after: trust figures only if it was low before.

Examples:
  istio-ci bench boot --runs 5 --json
  istio-ci bench boot --runs 5 --bootstrapper minikube,native
  istio-ci bench parallel --runs 3 --count 4
  istio-ci bench remove --runs 5
  istio-ci bench promote --runs 5`,
    )
    .action(async (what: string, options: BenchOptions) => {
      const name = requireBench(what);
      const { json } = options;
      const before = loadavg()[0];
      const figures = await withProgress(
        `bench ${name}`,
        (progress) => measure(name, options, { signal, progress }),
        { json },
      );
      const machine = { cores: availableParallelism(), load: [before, loadavg()[0]] };
      if (json) return printJson({ ...figures, machine });
      for (const line of figureLines(figures)) print(line);
      print(`${machine.cores} cores, load ${machine.load.map((load) => load?.toFixed(1)).join(' then ')}`);
    });
}

async function measure(name: BenchName, options: BenchOptions, operation: Operation): Promise<object> {
  const { runs, count } = options;
  if (name === 'promote') return benchPromote({ runs, ...operation });
  const [first, second] = options.bootstrapper;
  const request = async (bootstrapper: Bootstrapper) => ({
    ...(await clusterImage({ bootstrapper, ...operation })),
    ...operation,
    bootstrapper,
    owner: process.pid,
  });
  if (second === undefined) return benches[name]({ ...(await request(first)), runs, count });
  if (name !== 'boot') throw toolsErrors.benchTakesOne(name);
  const contender = async (bootstrapper: Bootstrapper) => ({
    name: bootstrapper,
    request: await request(bootstrapper),
  });
  return compareBoots([await contender(first), await contender(second)], runs);
}

/** Formats the figures for people, a line for each, with its unit. Pure. */
export function figureLines(figures: object): string[] {
  return Object.entries(figures).flatMap(([name, value]) => {
    if (isSummary(value)) return [`${name.padEnd(16)} ${describe(name, value)}`];
    if (name === 'runs' || value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.length === 0 ? [] : [`${name.padEnd(16)} ${value.join('; ')}`];
    if (name === 'boots')
      return Object.entries(value as Record<string, object>).flatMap(([of, its]) => [
        `${of}:`,
        ...figureLines(its),
      ]);
    if (typeof value === 'object') return figureLines(value);
    return [`${name.padEnd(16)} ${value}`];
  });
}

function describe(name: string, { median, min, max }: Summary): string {
  const show = unitOf(name);
  return `${show(median)} (${show(min)} to ${show(max)})`;
}

function unitOf(name: string): (value: number) => string {
  if (name === 'ratio') return (value) => `${value.toFixed(2)} times`;
  return name.endsWith('Bytes') ? formatBytes : (value) => `${(value / 1000).toFixed(2)} s`;
}

function isSummary(value: unknown): value is Summary {
  return typeof value === 'object' && value !== null && 'median' in value;
}

function requireBench(name: string): BenchName {
  if (benchNames.includes(name)) return name as BenchName;
  throw toolsErrors.benchUnknown(name, benchNames);
}

/** Parses one bootstrapper, or two with a comma. */
function twoAtMost(text: string): readonly [Bootstrapper, Bootstrapper?] {
  const names = text.split(',').map((name) => bootstrappers.find((known) => known === name));
  const [first, second] = names;
  if (first === undefined || names.includes(undefined) || names.length > 2 || first === second) {
    throw new InvalidArgumentError(`It must be one of ${bootstrappers.join(', ')}, or two with a comma.`);
  }
  return second === undefined ? [first] : [first, second];
}

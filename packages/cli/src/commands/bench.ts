import { benchBoot, benchMemory, benchParallel, benchStandby, type Summary } from '@istio-ci/cluster-runner';
import { CiError, formatBytes, formatSeconds, type Operation } from '@istio-ci/kit';
import type { Command } from 'commander';
import { clusterImage } from '../cluster-image.ts';
import type { CliContext } from '../command.ts';
import { wholeNumber } from '../numbers.ts';
import { print, printJson, withProgress } from '../output.ts';

const benches = { boot: benchBoot, memory: benchMemory, parallel: benchParallel, standby: benchStandby };
type BenchName = keyof typeof benches;

/** `bench`: figures about clusters, measured on this machine in one run. */
export function addBench(root: Command, { signal }: CliContext): void {
  root
    .command('bench')
    .description('Measure clusters on this machine: medians, least and greatest of some runs.')
    .argument('<what>', Object.keys(benches).join(', '))
    .option('--runs <n>', 'how often; for parallel, how many at once', wholeNumber, 5)
    .option('--json', 'print the figures as JSON, times in milliseconds')
    .addHelpText(
      'after',
      '\nExamples:\n  istio-ci bench boot --runs 5 --json\n  istio-ci bench parallel --runs 4',
    )
    .action(async (what: string, { runs, json }: { runs: number; json?: boolean }) => {
      const bench = benches[requireBench(what)];
      const measure = async (operation: Operation) =>
        bench({ ...(await clusterImage(operation)), ...operation, runs });
      const figures = await withProgress(`bench ${what}`, (progress) => measure({ signal, progress }), {
        json,
      });
      if (json) printJson(figures);
      else for (const line of figureLines(figures)) print(line);
    });
}

/** The figures as lines for people: each summary with its unit. Pure. */
export function figureLines(figures: object): string[] {
  return Object.entries(figures).flatMap(([name, value]) => {
    if (isSummary(value)) return [`${name.padEnd(16)} ${describe(name, value)}`];
    if (name === 'runs' || value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.length === 0 ? [] : [`${name.padEnd(16)} ${value.join('; ')}`];
    if (typeof value === 'object') return figureLines(value);
    return [`${name.padEnd(16)} ${name === 'all' ? formatSeconds(Number(value) / 1000) : value}`];
  });
}

function describe(name: string, { median, min, max }: Summary): string {
  const show = name.endsWith('Bytes') ? formatBytes : (value: number) => `${(value / 1000).toFixed(2)} s`;
  return `${show(median)} (${show(min)} to ${show(max)})`;
}

function isSummary(value: unknown): value is Summary {
  return typeof value === 'object' && value !== null && 'median' in value;
}

function requireBench(name: string): BenchName {
  if (name in benches) return name as BenchName;
  throw new CiError({
    code: 'BENCH_UNKNOWN',
    kind: 'usage',
    message: `There is no bench '${name}'.`,
    remedy: `Name one of ${Object.keys(benches).join(', ')}.`,
  });
}

import { type BenchRequest, type BootBench, bootOnce, type MeasuredBoot, summarizeBoots } from './boot.ts';
import { ratioOf, type Summary } from './statistics.ts';

export interface BootComparison {
  /** The figures of each contender, by its name. */
  readonly boots: Readonly<Record<string, BootBench>>;
  /** The boot time of the first divided by that of the second, pair by pair. */
  readonly ratio: Summary;
}

/** A way to boot: its name in the figures, and its request. */
export interface Contender {
  readonly name: string;
  readonly request: Omit<BenchRequest, 'runs'>;
}

/**
 * Boots and removes two kinds of clusters in turns, so that the load of the machine affects both. The one
 * that begins changes with each pair.
 */
export async function compareBoots(
  [first, second]: readonly [Contender, Contender],
  runs: number,
): Promise<BootComparison> {
  const [firsts, seconds]: [MeasuredBoot[], MeasuredBoot[]] = [[], []];
  const boot = async ({ name, request }: Contender, into: MeasuredBoot[], run: number) => {
    request.progress?.(`pair ${run} of ${runs}: ${name}`);
    into.push(await bootOnce(request));
  };
  for (let run = 1; run <= runs; run += 1) {
    if (run % 2 === 1) await boot(first, firsts, run);
    await boot(second, seconds, run);
    if (run % 2 === 0) await boot(first, firsts, run);
  }
  return compared({ [first.name]: firsts, [second.name]: seconds });
}

/** The figures of both, and the ratio of the first to the second. Pure. */
export function compared(measured: Readonly<Record<string, readonly MeasuredBoot[]>>): BootComparison {
  const [first = [], second = []] = Object.values(measured);
  const ready = (boots: readonly MeasuredBoot[]) => boots.map(({ boot }) => boot.readyMs);
  const boots = Object.entries(measured).map(([name, all]) => [name, summarizeBoots(all)] as const);
  return { boots: Object.fromEntries(boots), ratio: ratioOf(ready(first), ready(second)) };
}

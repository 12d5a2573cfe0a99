import { basename } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/** Suites of tests that need a Docker engine: theirs are the files named `*.<suite>.test.ts`. */
const engineSuites = ['engine', 'versions', 'vm'] as const;
type Suite = 'unit' | (typeof engineSuites)[number];

/**
 * The configuration of one package's tests. What belongs to no engine suite runs anywhere, in parallel. JUnit for people
 * and JSON for our own count go to the package's `reports/`.
 */
export function packageConfig(suite: Suite = suiteFromEnvironment()) {
  const engine = suite !== 'unit';
  const ofEngineSuites = engineSuites.map((name) => `**/*.${name}.test.ts`);
  return defineConfig({
    test: {
      include: engine ? [`**/*.${suite}.test.ts`] : ['**/*.test.ts'],
      exclude: engine ? configDefaults.exclude : [...configDefaults.exclude, ...ofEngineSuites],
      passWithNoTests: engine,
      fileParallelism: !engine,
      // Of those that say that they run beside each other: the machines have two cores.
      maxConcurrency: 2,
      ...(suite === 'vm' ? slow : engine ? usual : quick),
      reporters: [
        'default',
        ['json', { outputFile: `reports/${suite}.json` }],
        ['junit', { outputFile: `reports/${suite}.xml`, suiteName: `${basename(process.cwd())} ${suite}` }],
      ],
    },
  });
}

const quick = { testTimeout: 20_000, hookTimeout: 20_000 };
const usual = { testTimeout: 180_000, hookTimeout: 300_000 };
/** The virtual machine of the suite vm is many times slower than the machine it runs on. */
const slow = { testTimeout: 600_000, hookTimeout: 1_200_000 };

function suiteFromEnvironment(): Suite {
  return engineSuites.find((suite) => suite === process.env.ISTIO_CI_SUITE) ?? 'unit';
}

import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** Suites of tests that need a Docker engine: theirs are the files named `*.<suite>.test.ts`. */
const engineSuites = ['engine', 'versions', 'vm'] as const;

/**
 * The configuration of one package's tests. What belongs to no engine suite runs anywhere, in parallel. Files of an engine
 * suite run one after the other; where a package says that they leave each other alone (`besideEachOther`), two at once,
 * after those that are named `*.alone.engine.test.ts`. JUnit for people and JSON for our own count go to the package's
 * `reports/`.
 */
export function packageConfig({ besideEachOther = false } = {}) {
  const suite = engineSuites.find((engineSuite) => engineSuite === process.env.ISTIO_CI_SUITE);
  const name = suite ?? 'unit';
  const ofEngineSuites = engineSuites.map((engineSuite) => `**/*.${engineSuite}.test.ts`);
  const split = suite === 'engine' && besideEachOther;
  return defineConfig({
    test: {
      // A project's patterns are added to these.
      include: split ? [] : [suite ? `**/*.${suite}.test.ts` : '**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...(suite ? [] : ofEngineSuites)],
      ...(split && { projects: [alone, besides] }),
      passWithNoTests: suite !== undefined,
      // vitest alone would leave a core free: half the machine, where there are two.
      ...(suite ? { fileParallelism: false } : { maxWorkers: availableParallelism() }),
      // Of those that say that they run beside each other: the machines have two cores.
      maxConcurrency: 2,
      ...(suite === 'vm' ? slow : suite ? usual : quick),
      reporters: [
        'default',
        ['json', { outputFile: `reports/${name}.json` }],
        ['junit', { outputFile: `reports/${name}.xml`, suiteName: `${basename(process.cwd())} ${name}` }],
      ],
    },
  });
}

const aloneFiles = '**/*.alone.engine.test.ts';

const alone = {
  extends: true,
  test: { name: 'alone', include: [aloneFiles], sequence: { groupOrder: 1 } },
} satisfies TestProjectConfiguration;

const besides = {
  extends: true,
  test: {
    name: 'two at once',
    include: ['**/*.engine.test.ts'],
    exclude: [aloneFiles],
    fileParallelism: true,
    maxWorkers: 2,
    sequence: { groupOrder: 2 },
  },
} satisfies TestProjectConfiguration;

const quick = { testTimeout: 20_000, hookTimeout: 20_000 };
const usual = { testTimeout: 180_000, hookTimeout: 300_000 };
/** The virtual machine of the suite vm is many times slower than the machine it runs on. */
const slow = { testTimeout: 600_000, hookTimeout: 1_200_000 };

import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** Suites that need a Docker engine. */
const engineSuites = ['engine', 'versions', 'vm'] as const;
/**
 * Suites whose tests are the files named `*.<suite>.test.ts`; every other test file belongs to the suite
 * `unit`.
 */
const namedSuites = ['no-engine', ...engineSuites] as const;

/**
 * The tests of one package, or of the whole repository, that belong to the suite in ISTIO_CI_SUITE (by
 * default `unit`).
 *
 * Unit tests and those of `no-engine` run in parallel. The files of an engine suite run one after the other;
 * with `besideEachOther` two run at once, after those named `*.alone.engine.test.ts`. The results are written
 * to `reports/` as JUnit for people and as JSON, which `./istio-ci test` counts.
 */
export function packageConfig({ besideEachOther = false } = {}) {
  const suite = namedSuites.find((named) => named === process.env.ISTIO_CI_SUITE) ?? 'unit';
  const needsEngine = engineSuites.some((engineSuite) => engineSuite === suite);
  const split = suite === 'engine' && besideEachOther;
  return defineConfig({
    test: {
      // The patterns of a project are added to these.
      include: split ? [] : [suite === 'unit' ? '**/*.test.ts' : `**/*.${suite}.test.ts`],
      exclude: [...configDefaults.exclude, ...(suite === 'unit' ? ofNamedSuites : [])],
      ...(split && { projects: [alone, besides] }),
      passWithNoTests: suite !== 'unit',
      // Left to itself, vitest keeps one core free, which is half of a machine with two.
      ...(needsEngine ? { fileParallelism: false } : { maxWorkers: availableParallelism() }),
      ...(suite === 'unit' && unit),
      // For tests that run beside each other: our machines have two cores.
      maxConcurrency: 2,
      ...timeouts[suite],
      reporters: [
        'default',
        ['json', { outputFile: `reports/${suite}.json` }],
        ['junit', { outputFile: `reports/${suite}.xml`, suiteName: `${basename(process.cwd())} ${suite}` }],
      ],
    },
  });
}

/**
 * The files of unit tests share the modules that a worker has loaded: loading them takes longer than most of
 * the tests. Many tests wait for a child process, so there are two workers for each core.
 */
const unit = {
  isolate: false,
  setupFiles: [fileURLToPath(new URL('restore-environment.ts', import.meta.url))],
  maxWorkers: 2 * availableParallelism(),
};

const ofNamedSuites = namedSuites.map((suite) => `**/*.${suite}.test.ts`);
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
/** The virtual machine is many times slower than the machine that it runs on. */
const slow = { testTimeout: 600_000, hookTimeout: 1_200_000 };
const timeouts = { unit: quick, 'no-engine': usual, engine: usual, versions: usual, vm: slow } as const;
